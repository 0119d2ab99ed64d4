// SPDX-License-Identifier: GPL-3.0-or-later
// The queue at the window's bottom: what waits, runs and has ended, and what one can do about it.
#pragma once

#include <QDockWidget>
#include <vector>

#include "app/queue/QueueRunner.h"

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;
class QUndoStack;

namespace arcmeter::ui {

class QueueModel;

class QueueDock : public QDockWidget {
    Q_OBJECT

public:
    /// Runner, store and undo stack must outlive the dock.
    QueueDock(app::QueueRunner* runner, app::RunStore* store, QUndoStack* undo, QWidget* parent = nullptr);

    QueueModel* model() const { return m_model; }
    QTableView* table() const { return m_table; }
    QString summary() const;                     ///< what the line above the table says
    void setMayRun(const QString& reasonNotTo);  ///< empty: the queue may be started

signals:
    void runAsked(qint64 runId);  ///< to be shown
    void suitesAsked();
    void addAsked();  ///< the present configuration of the New-run panel
    void startAsked();
    void saveTableAsked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeEmptyState();
    QWidget* makeTable();
    QHBoxLayout* makeButtons();
    QToolButton* addButton(QHBoxLayout* row, const QString& name, const QString& icon, const QString& text,
                           const QString& tip);
    void showMenu(const QPoint& position);
    void takeChange();
    void showButtons();
    void showSummary();
    std::vector<app::QueueEntry> selected() const;
    void moveSelected(int places);
    void skipSelected();
    void retrySelected();
    void remove(const std::vector<app::QueueEntry>& entries);
    void removeEnded();
    void select(qint64 entryId);

    app::QueueRunner* m_runner;
    QUndoStack* m_undo;
    QueueModel* m_model;
    QStackedWidget* m_stack;
    QTableView* m_table = nullptr;
    QLabel* m_summary;
    QProgressBar* m_progress;
    QToolButton* m_start = nullptr;
    QToolButton* m_pause = nullptr;
    QToolButton* m_stop = nullptr;
    QToolButton* m_skip = nullptr;
    QToolButton* m_retry = nullptr;
    QToolButton* m_up = nullptr;
    QToolButton* m_down = nullptr;
    QToolButton* m_remove = nullptr;
    QToolButton* m_clear = nullptr;
    QString m_cooling;
    QString m_reasonNotTo;
    bool m_pausing = false;
};

}  // namespace arcmeter::ui

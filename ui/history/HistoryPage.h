// SPDX-License-Identifier: GPL-3.0-or-later
// Every run and every published row in one table: filter, sort, look closer, compare, run again, tag, delete,
// export.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "app/export/Table.h"
#include "app/models/HistoryFilterProxy.h"
#include "app/models/HistoryModel.h"

class QAction;
class QLabel;
class QMenu;
class QSplitter;
class QTableView;
class QTextBrowser;
class QTimer;
class QUndoStack;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class FilterBar;
class LatestTask;
class MessageBar;

class HistoryPage : public QWidget {
    Q_OBJECT

public:
    HistoryPage(app::RunStore* store, QUndoStack* undo, QWidget* parent = nullptr);

    void load();  ///< reads the store; called when the page is first shown
    void selectRun(qint64 runId);
    void showPublished();
    void showImported();
    void deleteSelected();
    void addTag(const QString& tag);  ///< to the selected runs
    void copySelected();              ///< as TSV
    /// Selected rows where several are selected, else all that the filter shows.
    app::Table exportTable() const;
    void exportAs();

    QTableView* table() const { return m_table; }
    QSplitter* splitter() const { return m_splitter; }
    FilterBar* filters() const { return m_filters; }
    MessageBar* messages() const { return m_messages; }
    QTextBrowser* details() const { return m_details; }
    app::HistoryModel* model() const { return m_model; }
    app::HistoryFilterProxy* proxy() const { return m_proxy; }
    const QList<QAction*>& pageActions() const { return m_actions; }

signals:
    void compareAsked(const std::vector<arcmeter::app::HistoryRow>& rows);
    void liveAsked(const std::vector<arcmeter::app::HistoryRow>& rows);
    void openAsked(qint64 runId);
    void againAsked(const arcmeter::protocol::RunConfig& config,
                    const QString& engine);  ///< as NewRun has them

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeTable();
    void makeActions();
    QWidget* makeTop();
    QAction* addPageAction(const QString& text, const QString& icon, const QKeySequence& shortcut,
                           void (HistoryPage::*handler)());
    QMenu* makeExportMenu();
    void showColumnMenu(const QPoint& at);
    void compareSelected();
    void liveSelected();
    void openSelected();
    void againSelected();
    void askTag();
    void askNote();
    void fillUntagMenu();
    void exportSteps();
    void handleSelection();
    void showDetails();
    void readDetails(qint64 runId);
    void updateCount();
    std::vector<app::HistoryRow> selectedRows() const;
    std::vector<qint64> selectedRuns() const;  ///< of the selected rows, those that are runs and have ended

    app::RunStore* m_store;
    QUndoStack* m_undo;
    app::HistoryModel* m_model;
    app::HistoryFilterProxy* m_proxy;
    FilterBar* m_filters;
    MessageBar* m_messages;
    QTableView* m_table;
    QTextBrowser* m_details;
    QSplitter* m_splitter;
    QLabel* m_count;
    QTimer* m_detailsTimer;
    LatestTask* m_reader;
    qint64 m_shownDetails = 0;  ///< the run whose details are shown
    QList<QAction*> m_actions;
    QAction* m_compare = nullptr;
    QAction* m_live = nullptr;
    QAction* m_open = nullptr;
    QAction* m_again = nullptr;
    QAction* m_tag = nullptr;
    QAction* m_note = nullptr;
    QAction* m_delete = nullptr;
    QAction* m_exportSteps = nullptr;
    QMenu* m_untag = nullptr;
    bool m_loaded = false;
};

}  // namespace arcmeter::ui

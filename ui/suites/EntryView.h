// SPDX-License-Identifier: GPL-3.0-or-later
// A table of configurations with ticks, a line that says how many and how long, and the buttons that put them
// into the queue. Asks the engine about them in a thread of its own.
#pragma once

#include <QWidget>
#include <vector>

#include "app/queue/QueueEntry.h"
#include "app/suite/Suite.h"

class QCheckBox;
class QLabel;
class QPushButton;
class QTableView;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class EntryModel;
class LatestTask;

class EntryView : public QWidget {
    Q_OBJECT

public:
    /// The store must outlive the view. `engine`: path of the worker program; empty where there is none.
    EntryView(app::RunStore* store, const QString& engine, QWidget* parent = nullptr);

    /// Shows them and asks whether this machine can run each.
    void setEntries(std::vector<app::SuiteEntry> entries);
    void setProblem(const QString& sentence);  ///< instead of entries
    void setPublishedShown(bool shown);
    EntryModel* model() const { return m_model; }
    QString summary() const;
    /// What the buttons add; `title` names the batch.
    app::QueueBatch batch(const QString& title) const;

signals:
    void addAsked(bool start);

private:
    void makeTable();
    QLayout* makeFooter();
    void check();
    void showSummary();
    QString sentence() const;

    app::RunStore* m_store;
    QString m_engine;
    EntryModel* m_model;
    LatestTask* m_task;
    QTableView* m_table;
    QLabel* m_summary;
    QCheckBox* m_all;
    QCheckBox* m_interleave;
    QPushButton* m_add;
    QPushButton* m_start;
    QString m_problem;
};

}  // namespace arcmeter::ui

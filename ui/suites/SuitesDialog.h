// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped suites: the published report's configurations, to be put into the queue.
#pragma once

#include <QDialog>
#include <vector>

#include "app/queue/QueueEntry.h"
#include "app/suite/Suite.h"

class QLabel;
class QListWidget;

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class EntryView;

class SuitesDialog : public QDialog {
    Q_OBJECT

public:
    SuitesDialog(std::vector<app::Suite> suites, app::RunStore* store, const QString& engine,
                 QWidget* parent = nullptr);

    void choose(const QString& suiteId);
    EntryView* entries() const { return m_entries; }

signals:
    void queueAsked(const arcmeter::app::QueueBatch& batch, bool start);

private:
    void showSuite(int row);

    std::vector<app::Suite> m_suites;
    QListWidget* m_list;
    QLabel* m_description;
    EntryView* m_entries;
};

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/queue/QueueCommands.h"

#include <QCoreApplication>

namespace arcmeter::ui {

RemoveEntriesCommand::RemoveEntriesCommand(app::QueueRunner* runner, std::vector<app::QueueEntry> entries)
    : m_runner(runner), m_entries(std::move(entries)) {
    const int count = static_cast<int>(m_entries.size());
    setText(QCoreApplication::translate("Queue", "remove %n entries from the queue", nullptr, count));
}

void RemoveEntriesCommand::redo() {
    if (!m_runner) return;
    std::vector<qint64> ids;
    for (const app::QueueEntry& entry : m_entries) ids.push_back(entry.id);
    m_runner->remove(ids);
}

void RemoveEntriesCommand::undo() {
    if (m_runner) m_runner->restore(m_entries);
}

}  // namespace arcmeter::ui

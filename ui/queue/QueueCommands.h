// SPDX-License-Identifier: GPL-3.0-or-later
// What the user takes out of the queue, with its undoing.
#pragma once

#include <QPointer>
#include <QUndoCommand>
#include <vector>

#include "app/queue/QueueRunner.h"

namespace arcmeter::ui {

class RemoveEntriesCommand : public QUndoCommand {
public:
    RemoveEntriesCommand(app::QueueRunner* runner, std::vector<app::QueueEntry> entries);
    void redo() override;
    void undo() override;

private:
    QPointer<app::QueueRunner> m_runner;
    std::vector<app::QueueEntry> m_entries;
};

}  // namespace arcmeter::ui

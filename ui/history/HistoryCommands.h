// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does to stored runs, each with its undoing.
#pragma once

#include <QUndoCommand>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

class DeleteRunsCommand : public QUndoCommand {
public:
    DeleteRunsCommand(app::RunStore* store, std::vector<qint64> runIds);
    void redo() override;
    void undo() override;

private:
    app::RunStore* m_store;
    std::vector<qint64> m_runIds;
};

class TagCommand : public QUndoCommand {
public:
    /// `runIds`: those that change, so that undoing leaves others alone.
    TagCommand(app::RunStore* store, std::vector<qint64> runIds, const QString& tag, bool add);
    void redo() override { apply(m_add); }
    void undo() override { apply(!m_add); }

private:
    void apply(bool add);

    app::RunStore* m_store;
    std::vector<qint64> m_runIds;
    QString m_tag;
    bool m_add;
};

class NoteCommand : public QUndoCommand {
public:
    NoteCommand(app::RunStore* store, qint64 runId, const QString& before, const QString& after);
    void redo() override;
    void undo() override;

private:
    app::RunStore* m_store;
    qint64 m_runId;
    QString m_before, m_after;
};

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does to a comparison and to the kept ones, each with its undoing.
#pragma once

#include <QUndoCommand>
#include <functional>
#include <optional>

#include "app/store/RunRecord.h"

namespace arcmeter::app {
class RunStore;
}

namespace arcmeter::ui {

/// Changes what is compared: `show` is given the whole comparison, before or after.
class EditComparisonCommand : public QUndoCommand {
public:
    using Show = std::function<void(const app::SavedComparison&)>;

    EditComparisonCommand(const QString& text, app::SavedComparison before, app::SavedComparison after,
                          Show show);
    void redo() override { m_show(m_after); }
    void undo() override { m_show(m_before); }

private:
    app::SavedComparison m_before, m_after;
    Show m_show;
};

/// Keeps, renames or deletes a comparison in the store: it is `before`, becomes `after`; none where empty.
/// `done` is told what it was and is, `failed` why the store refused.
class KeepComparisonCommand : public QUndoCommand {
public:
    using Kept = std::optional<app::SavedComparison>;
    using Done = std::function<void(const Kept& from, const Kept& to)>;
    using Failed = std::function<void(const QString&)>;

    KeepComparisonCommand(const QString& text, app::RunStore* store, Kept before, Kept after, Done done,
                          Failed failed);
    void redo() override { change(m_before, m_after); }
    void undo() override { change(m_after, m_before); }

private:
    void change(const Kept& from, const Kept& to);

    app::RunStore* m_store;
    Kept m_before, m_after;
    Done m_done;
    Failed m_failed;
};

}  // namespace arcmeter::ui

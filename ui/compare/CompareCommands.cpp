// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareCommands.h"

#include "app/store/RunStore.h"
#include "engine/protocol/error.h"

namespace arcmeter::ui {

EditComparisonCommand::EditComparisonCommand(const QString& text, app::SavedComparison before,
                                             app::SavedComparison after, Show show)
    : QUndoCommand(text), m_before(std::move(before)), m_after(std::move(after)), m_show(std::move(show)) {}

KeepComparisonCommand::KeepComparisonCommand(const QString& text, app::RunStore* store, Kept before,
                                             Kept after, Done done, Failed failed)
    : QUndoCommand(text),
      m_store(store),
      m_before(std::move(before)),
      m_after(std::move(after)),
      m_done(std::move(done)),
      m_failed(std::move(failed)) {}

void KeepComparisonCommand::change(const Kept& from, const Kept& to) {
    try {
        if (from && to && from->name != to->name) {
            m_store->renameComparison(from->name, to->name);
        } else if (to) {
            m_store->saveComparison(*to);
        } else if (from) {
            m_store->deleteComparison(from->name);
        }
        m_done(from, to);
    } catch (const Error& error) {
        setObsolete(true);
        m_failed(QString::fromUtf8(error.what()));
    }
}

}  // namespace arcmeter::ui

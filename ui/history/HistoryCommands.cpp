// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/history/HistoryCommands.h"

#include <QCoreApplication>

#include "app/store/RunStore.h"

namespace arcmeter::ui {
namespace {

QString trCount(const char* text, std::size_t count) {
    return QCoreApplication::translate("HistoryCommands", text, nullptr, static_cast<int>(count));
}

}  // namespace

DeleteRunsCommand::DeleteRunsCommand(app::RunStore* store, std::vector<qint64> runIds)
    : m_store(store), m_runIds(std::move(runIds)) {
    setText(trCount(QT_TRANSLATE_N_NOOP("HistoryCommands", "delete %n run(s)"), m_runIds.size()));
}

void DeleteRunsCommand::redo() {
    m_store->deleteRuns(m_runIds);
}
void DeleteRunsCommand::undo() {
    m_store->restoreRuns(m_runIds);
}

TagCommand::TagCommand(app::RunStore* store, std::vector<qint64> runIds, const QString& tag, bool add)
    : m_store(store), m_runIds(std::move(runIds)), m_tag(tag), m_add(add) {
    setText(m_add ? trCount(QT_TRANSLATE_N_NOOP("HistoryCommands", "tag %n run(s)"), m_runIds.size())
                  : trCount(QT_TRANSLATE_N_NOOP("HistoryCommands", "untag %n run(s)"), m_runIds.size()));
}

void TagCommand::apply(bool add) {
    for (const qint64 runId : m_runIds)
        add ? m_store->addTag(runId, m_tag) : m_store->removeTag(runId, m_tag);
}

NoteCommand::NoteCommand(app::RunStore* store, qint64 runId, const QString& before, const QString& after)
    : m_store(store), m_runId(runId), m_before(before), m_after(after) {
    setText(QCoreApplication::translate("HistoryCommands", "note"));
}

void NoteCommand::redo() {
    m_store->setNote(m_runId, m_after);
}
void NoteCommand::undo() {
    m_store->setNote(m_runId, m_before);
}

}  // namespace arcmeter::ui

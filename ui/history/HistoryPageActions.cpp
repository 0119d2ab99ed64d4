// SPDX-License-Identifier: GPL-3.0-or-later
// What the history page does with the selected rows.
#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QInputDialog>
#include <QItemSelectionModel>
#include <QMenu>
#include <QTableView>
#include <QUndoStack>
#include <algorithm>

#include "app/export/HistoryTable.h"
#include "app/export/TableExporter.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/history/HistoryCommands.h"
#include "ui/history/HistoryPage.h"
#include "ui/widgets/MessageBar.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {
namespace {

constexpr int undo_offer_s = 12;

}  // namespace

void HistoryPage::compareSelected() {
    if (const auto rows = selectedRows(); !rows.empty()) emit compareAsked(rows);
}

void HistoryPage::liveSelected() {
    if (const auto rows = selectedRows(); !rows.empty()) emit liveAsked(rows);
}

void HistoryPage::openSelected() {
    const std::vector<qint64> runs = selectedRuns();
    if (runs.size() == 1) emit openAsked(runs.front());
}

void HistoryPage::againSelected() {
    const std::vector<qint64> runs = selectedRuns();
    if (runs.size() != 1) return;
    const app::RunDetails details = m_store->details(runs.front());
    emit againAsked(details.config, engineOf(details.row));
}

void HistoryPage::deleteSelected() {
    const std::vector<qint64> runs = selectedRuns();
    if (runs.empty()) return;
    m_undo->push(new DeleteRunsCommand(m_store, runs));
    m_messages->showMessage(MessageBar::Kind::Done,
                            tr("Deleted %n run(s).", nullptr, static_cast<int>(runs.size())), {},
                            undo_offer_s);
    m_messages->setAction(tr("Undo"), [this] { m_undo->undo(); });
}

void HistoryPage::askTag() {
    bool accepted = false;
    const QString tag = QInputDialog::getItem(this, tr("Tag runs"), tr("Tag for the selected runs:"),
                                              m_store->allTags(), 0, true, &accepted);
    if (accepted) addTag(tag.trimmed());
}

void HistoryPage::addTag(const QString& tag) {
    if (tag.isEmpty()) return;
    std::vector<qint64> ids;
    for (const app::HistoryRow& row : selectedRows()) {
        if (row.kind == app::HistoryRow::Kind::Run && !row.tags.contains(tag)) ids.push_back(row.id);
    }
    if (!ids.empty()) m_undo->push(new TagCommand(m_store, ids, tag, true));
}

void HistoryPage::fillUntagMenu() {
    m_untag->clear();
    QStringList tags;
    for (const app::HistoryRow& row : selectedRows()) tags << row.tags;
    tags.removeDuplicates();
    for (const QString& tag : tags) {
        m_untag->addAction(tag, this, [this, tag] {
            std::vector<qint64> ids;
            for (const app::HistoryRow& row : selectedRows()) {
                if (row.tags.contains(tag)) ids.push_back(row.id);
            }
            m_undo->push(new TagCommand(m_store, ids, tag, false));
        });
    }
    if (tags.isEmpty()) m_untag->addAction(tr("No tags"))->setEnabled(false);
}

void HistoryPage::askNote() {
    const std::vector<qint64> runs = selectedRuns();
    if (runs.size() != 1) return;
    const QString before = m_store->historyRow(runs.front()).note;
    bool accepted = false;
    const QString after = QInputDialog::getMultiLineText(
        this, tr("Note"), tr("Note on run %1:").arg(runs.front()), before, &accepted);
    if (accepted && after != before) m_undo->push(new NoteCommand(m_store, runs.front(), before, after));
}

app::Table HistoryPage::exportTable() const {
    const std::vector<app::HistoryRow> selected = selectedRows();
    return app::historyTable(selected.size() > 1 ? selected : m_proxy->visibleRows());
}

void HistoryPage::copySelected() {
    const std::vector<app::HistoryRow> selected = selectedRows();
    const app::Table table = app::historyTable(selected.empty() ? m_proxy->visibleRows() : selected);
    QGuiApplication::clipboard()->setText(QString::fromUtf8(app::renderTable(table, app::TableFormat::Tsv)));
    m_messages->showMessage(MessageBar::Kind::Done,
                            tr("Copied %n row(s).", nullptr, static_cast<int>(table.rows.size())), {}, 4);
}

void HistoryPage::exportAs() {
    saveTableAs(this, exportTable(), QStringLiteral("arcmeter-history"), m_messages);
}

void HistoryPage::exportSteps() {
    const std::vector<qint64> runs = selectedRuns();
    if (runs.size() != 1) return;
    saveTableAs(this, app::stepsTable(m_store->details(runs.front()), m_store->steps(runs.front())),
                QStringLiteral("arcmeter-run-%1-steps").arg(runs.front()), m_messages);
}

}  // namespace arcmeter::ui

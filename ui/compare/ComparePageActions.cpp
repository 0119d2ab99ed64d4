// SPDX-License-Identifier: GPL-3.0-or-later
// What the Compare page does with its sides, with the kept comparisons and with files.
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QListWidget>
#include <QMenu>
#include <QUndoStack>
#include <algorithm>

#include "app/export/TableExporter.h"
#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"
#include "ui/charts/ChartActions.h"
#include "ui/compare/CompareCharts.h"
#include "ui/compare/CompareModel.h"
#include "ui/compare/ComparePage.h"
#include "ui/compare/ComparePicker.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {
namespace {

constexpr int undo_offer_s = 12;

using Members = std::vector<app::RowReference>;

/// Puts the sides at `places` (ascending) together at the first of them; the baseline goes with its side.
app::SavedComparison grouped(const app::SavedComparison& before, const std::vector<std::size_t>& places) {
    app::SavedComparison after{before.name, {}, 0};
    Members group;
    for (const std::size_t place : places) {
        for (const app::RowReference& member : before.columns[place]) {
            if (std::find(group.begin(), group.end(), member) == group.end()) group.push_back(member);
        }
    }
    for (std::size_t i = 0; i < before.columns.size(); ++i) {
        const bool isMember = std::binary_search(places.begin(), places.end(), i);
        if (!isMember || i == places.front()) after.columns.push_back(isMember ? group : before.columns[i]);
        if (i == before.baseline) {
            const auto found =
                std::find(after.columns.begin(), after.columns.end(), isMember ? group : before.columns[i]);
            after.baseline = static_cast<std::size_t>(found - after.columns.begin());
        }
    }
    return after;
}

/// Takes the sides at `places` away, or apart.
app::SavedComparison replaced(const app::SavedComparison& before, const std::vector<std::size_t>& places,
                              bool apart) {
    app::SavedComparison after{before.name, {}, 0};
    for (std::size_t i = 0; i < before.columns.size(); ++i) {
        const bool chosen = std::find(places.begin(), places.end(), i) != places.end();
        if (i == before.baseline && (!chosen || apart)) after.baseline = after.columns.size();
        if (!chosen) after.columns.push_back(before.columns[i]);
        if (!chosen || !apart) continue;
        for (const app::RowReference& member : before.columns[i]) after.columns.push_back({member});
    }
    if (after.baseline >= after.columns.size()) after.baseline = 0;
    return after;
}

bool same(const app::SavedComparison& a, const app::SavedComparison& b) {
    return a.columns == b.columns && a.baseline == b.baseline;
}

}  // namespace

QAction* ComparePage::addPageAction(const QString& text, const QString& icon, const QKeySequence& shortcut,
                                    void (ComparePage::*handler)()) {
    auto* action = new QAction(actionIcon(icon), text, this);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, handler);
    addAction(action);
    m_list->addAction(action);
    m_actions << action;
    return action;
}

void ComparePage::makeActions() {
    m_add = addPageAction(tr("Add rows…"), QStringLiteral("add"), QKeySequence(Qt::Key_Insert),
                          &ComparePage::askRows);
    m_baseline = addPageAction(tr("Make baseline"), QStringLiteral("done"), QKeySequence(Qt::Key_B),
                               &ComparePage::makeBaseline);
    m_group = addPageAction(tr("Group the selected"), QStringLiteral("group"), QKeySequence(Qt::Key_G),
                            &ComparePage::groupSelected);
    m_groupAlike = addPageAction(tr("Group alike"), QStringLiteral("group"), {}, &ComparePage::groupAlike);
    m_split = addPageAction(tr("Split"), QStringLiteral("split"), QKeySequence(Qt::SHIFT | Qt::Key_G),
                            &ComparePage::splitSelected);
    m_remove = addPageAction(tr("Remove"), QStringLiteral("delete"), QKeySequence::Delete,
                             &ComparePage::removeSelected);
    m_add->setToolTip(tr("Finds runs, published and imported rows (Insert)"));
    m_baseline->setToolTip(tr("The others are compared with the selected side (B)"));
    m_group->setToolTip(tr("The repeats of the selected sides together are one side (G)"));
    m_groupAlike->setToolTip(tr("Runs of the same configuration on the same machine become one side"));
    m_split->setToolTip(tr("Each row of the selected groups is a side of its own (Shift+G)"));
    m_remove->setToolTip(tr("Takes the selected sides out of the comparison (Delete)"));
}

QWidget* ComparePage::makeTop() {
    auto* top = new QWidget;
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space);
    const auto addButton = [this, row](QAction* action) {
        auto* button = makeFlatButton({}, {}, this);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setDefaultAction(action);
        row->addWidget(button);
    };
    addButton(m_add);
    addButton(m_baseline);
    auto* group = makeFlatButton(tr("Group"), QStringLiteral("group"), this);
    group->setObjectName(QStringLiteral("groupSides"));
    group->setToolTip(tr("Repeats of several rows as one side, and apart again"));
    group->setPopupMode(QToolButton::InstantPopup);
    auto* groups = new QMenu(group);
    groups->addActions({m_group, m_groupAlike, m_split});
    group->setMenu(groups);
    row->addWidget(group);
    addButton(m_remove);
    row->addStretch();
    auto* saved = makeFlatButton(tr("Saved"), QStringLiteral("folder"), this);
    saved->setObjectName(QStringLiteral("savedComparisons"));
    saved->setToolTip(tr("Open, keep, rename or delete a comparison"));
    saved->setPopupMode(QToolButton::InstantPopup);
    saved->setMenu(m_saved);
    connect(m_saved, &QMenu::aboutToShow, this, &ComparePage::fillSavedMenu);
    row->addWidget(saved);
    auto* exports = makeFlatButton(tr("Export"), QStringLiteral("export"), this);
    exports->setObjectName(QStringLiteral("exportComparison"));
    exports->setPopupMode(QToolButton::InstantPopup);
    exports->setMenu(makeExportMenu());
    row->addWidget(exports);
    return top;
}

QMenu* ComparePage::makeExportMenu() {
    auto* menu = new QMenu(this);
    m_exports << menu->addAction(tr("Save table…"), this, &ComparePage::saveTable);
    m_exports << menu->addAction(tr("Copy table as TSV"), this, &ComparePage::copyTable);
    m_exports << menu->addAction(tr("Throughput as a picture…"), m_charts->throughput(),
                                 &Chart::exportRequested);
    m_exports << menu->addAction(tr("Memory as a picture…"), m_charts->memory(), &Chart::exportRequested);
    return menu;
}

// ---- sides

void ComparePage::askRows() {
    ComparePicker picker(m_history, *m_store, this);
    if (picker.exec() == QDialog::Accepted) add(picker.chosen(), picker.asGroup());
}

void ComparePage::add(const std::vector<app::RowReference>& rows, bool asGroup) {
    app::SavedComparison after = m_asked;
    std::vector<Members> sides;
    if (asGroup && !rows.empty()) sides.push_back(rows);
    for (const app::RowReference& row : rows) {
        if (!asGroup) sides.push_back({row});
    }
    std::size_t skipped = 0;
    for (Members& side : sides) {
        const bool there = std::find(after.columns.begin(), after.columns.end(), side) != after.columns.end();
        if (there || after.columns.size() >= most_sides) {
            ++skipped;
        } else {
            after.columns.push_back(std::move(side));
        }
    }
    edit(tr("add to the comparison"), after);
    if (skipped > 0) {
        m_messages->showMessage(MessageBar::Kind::Info,
                                tr("At most %1 sides are compared, each once; %n row(s) left out.", nullptr,
                                   static_cast<int>(skipped))
                                    .arg(most_sides),
                                {}, 8);
    }
}

std::vector<std::size_t> ComparePage::selectedSides() const {
    std::vector<std::size_t> places;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->isSelected() && static_cast<std::size_t>(i) < m_asked.columns.size())
            places.push_back(static_cast<std::size_t>(i));
    }
    return places;
}

void ComparePage::selectSides(const std::vector<std::size_t>& places) {
    m_list->clearSelection();
    for (const std::size_t place : places) m_list->item(static_cast<int>(place))->setSelected(true);
}

void ComparePage::makeBaseline() {
    const std::vector<std::size_t> places = selectedSides();
    if (places.size() != 1) return;
    app::SavedComparison after = m_asked;
    after.baseline = places.front();
    edit(tr("choose the baseline"), after);
}

void ComparePage::groupSelected() {
    const std::vector<std::size_t> places = selectedSides();
    if (places.size() > 1) edit(tr("group sides"), grouped(m_asked, places));
}

void ComparePage::groupAlike() {
    if (!m_shown.comparison || m_shown.sides.size() != m_asked.columns.size()) return;
    std::vector<std::size_t> sideOf;  // of each column that could be read
    for (std::size_t i = 0; i < m_shown.place.size(); ++i) {
        if (m_shown.place[i]) sideOf.push_back(i);
    }
    app::SavedComparison after = m_asked;
    const auto groups = app::alikeColumns(m_shown.comparison->columns);
    // From the last to the first, so that places before them stay.
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
        if (group->size() < 2) continue;
        std::vector<std::size_t> places;
        for (const std::size_t column : *group) {
            const auto found =
                std::find(after.columns.begin(), after.columns.end(), m_asked.columns[sideOf[column]]);
            places.push_back(static_cast<std::size_t>(found - after.columns.begin()));
        }
        after = grouped(after, places);
    }
    if (same(after, m_asked)) {
        m_messages->showMessage(MessageBar::Kind::Info,
                                tr("No two sides have the same configuration on the same machine."), {}, 6);
        return;
    }
    edit(tr("group alike sides"), after);
}

void ComparePage::splitSelected() {
    const app::SavedComparison after = replaced(m_asked, selectedSides(), true);
    if (after.columns.size() > most_sides) {
        m_messages->showMessage(MessageBar::Kind::Info,
                                tr("That would be %1 sides; at most %2 can be told apart.")
                                    .arg(after.columns.size())
                                    .arg(most_sides),
                                {}, 8);
        return;
    }
    edit(tr("split groups"), after);
}

void ComparePage::removeSelected() {
    const std::vector<std::size_t> places = selectedSides();
    if (places.empty()) return;
    edit(tr("remove from the comparison"), replaced(m_asked, places, false));
    offerUndo(tr("Removed %n side(s).", nullptr, static_cast<int>(places.size())));
}

void ComparePage::edit(const QString& what, const app::SavedComparison& after) {
    if (same(after, m_asked) && after.name == m_asked.name) return;
    m_undo->push(new EditComparisonCommand(
        what, m_asked, after,
        [this](const app::SavedComparison& comparison) { showComparison(comparison); }));
}

void ComparePage::showComparison(const app::SavedComparison& comparison) {
    m_asked = comparison;
    if (!savedUnder(m_asked.name)) m_asked.name.clear();  // deleted or renamed meanwhile
    showName();
    read();
}

void ComparePage::offerUndo(const QString& sentence) {
    m_messages->showMessage(MessageBar::Kind::Done, sentence, {}, undo_offer_s);
    m_messages->setAction(tr("Undo"), [this] { m_undo->undo(); });
}

void ComparePage::updateActions() {
    const std::vector<std::size_t> places = selectedSides();
    const bool someGroup = std::any_of(places.begin(), places.end(), [this](std::size_t place) {
        return m_asked.columns[place].size() > 1;
    });
    m_baseline->setEnabled(places.size() == 1 && places.front() != m_asked.baseline);
    m_group->setEnabled(places.size() > 1);
    m_groupAlike->setEnabled(m_asked.columns.size() > 1);
    m_split->setEnabled(someGroup);
    m_remove->setEnabled(!places.empty());
    for (QAction* action : m_exports) action->setEnabled(m_shown.comparison.has_value());
}

// ---- kept comparisons

KeepComparisonCommand::Kept ComparePage::savedUnder(const QString& name) const {
    if (name.isEmpty()) return std::nullopt;
    for (app::SavedComparison& each : m_store->comparisons()) {
        if (each.name == name) return std::move(each);
    }
    return std::nullopt;
}

void ComparePage::fillSavedMenu() {
    m_saved->clear();
    for (const app::SavedComparison& each : m_store->comparisons()) {
        QAction* action = m_saved->addAction(each.name, this, [this, name = each.name] { open(name); });
        action->setCheckable(true);
        action->setChecked(each.name == m_asked.name);
    }
    if (m_saved->isEmpty()) m_saved->addAction(tr("No comparison is kept yet"))->setEnabled(false);
    m_saved->addSeparator();
    const auto kept = savedUnder(m_asked.name);
    const bool writable = !m_store->isReadOnly();
    QAction* save = m_saved->addAction(tr("Save"), this, [this] { saveAs(m_asked.name); });
    save->setEnabled(writable && kept && !same(*kept, m_asked));
    m_saved->addAction(tr("Save as…"), this, &ComparePage::askName)
        ->setEnabled(writable && !m_asked.columns.empty());
    m_saved->addAction(tr("Rename…"), this, &ComparePage::askNewName)
        ->setEnabled(writable && kept.has_value());
    m_saved->addAction(tr("Delete"), this, &ComparePage::deleteSaved)
        ->setEnabled(writable && kept.has_value());
}

void ComparePage::askName() {
    bool accepted = false;
    const QString name = QInputDialog::getText(this, tr("Save the comparison"), tr("Name of the comparison:"),
                                               QLineEdit::Normal, m_asked.name, &accepted);
    if (accepted) saveAs(name);
}

void ComparePage::askNewName() {
    bool accepted = false;
    const QString name =
        QInputDialog::getText(this, tr("Rename the comparison"), tr("New name of the comparison:"),
                              QLineEdit::Normal, m_asked.name, &accepted);
    if (accepted) rename(name);
}

void ComparePage::open(const QString& name) {
    if (const auto kept = savedUnder(name)) edit(tr("open the comparison %1").arg(name), *kept);
}

void ComparePage::saveAs(const QString& name) {
    app::SavedComparison after = m_asked;
    after.name = name.trimmed();
    const auto before = savedUnder(after.name);
    keep(tr("save the comparison"), before, after);
    if (!savedUnder(after.name)) return;
    offerUndo(before ? tr("Replaced the comparison %1.").arg(after.name)
                     : tr("Saved the comparison %1.").arg(after.name));
}

void ComparePage::rename(const QString& name) {
    const auto before = savedUnder(m_asked.name);
    if (!before || name.trimmed() == before->name) return;
    app::SavedComparison after = *before;
    after.name = name.trimmed();
    keep(tr("rename the comparison"), before, after);
}

void ComparePage::deleteSaved() {
    const auto before = savedUnder(m_asked.name);
    if (!before) return;
    keep(tr("delete the comparison"), before, std::nullopt);
    if (!savedUnder(before->name)) offerUndo(tr("Deleted the comparison %1.").arg(before->name));
}

void ComparePage::keep(const QString& what, const KeepComparisonCommand::Kept& before,
                       const KeepComparisonCommand::Kept& after) {
    using Kept = KeepComparisonCommand::Kept;
    m_undo->push(new KeepComparisonCommand(
        what, m_store, before, after,
        [this](const Kept& from, const Kept& to) {
            const bool shown = (from && m_asked.name == from->name) || (to && same(*to, m_asked));
            if (shown) m_asked.name = to ? to->name : QString();
            showName();
        },
        [this](const QString& problem) { m_messages->showMessage(MessageBar::Kind::Problem, problem); }));
}

void ComparePage::showName() {
    const auto kept = savedUnder(m_asked.name);
    m_name->setText(!kept                  ? tr("Compared")
                    : same(*kept, m_asked) ? kept->name
                                           : tr("%1 (changed)").arg(kept->name));
}

// ---- export

app::Table ComparePage::table() const {
    if (!m_shown.comparison) throw Error(ErrorCode::invalid_config, "There is no comparison to export.");
    return app::comparisonTable(*m_shown.comparison, m_all->isChecked());
}

QString ComparePage::provenance() const {
    QStringList words;
    if (m_shown.comparison) {
        for (const app::ComparedColumn& column : m_shown.comparison->columns) {
            QStringList parts{column.reference(),
                              column.row.framework + ' ' + column.row.frameworkVersion,
                              column.row.method,
                              column.row.hardware,
                              column.row.driver,
                              column.row.createdAt,
                              column.row.kind == app::HistoryRow::Kind::Run ? QString() : column.row.source};
            parts.removeAll({});
            words << parts.join(QStringLiteral(", ")).simplified();
        }
    }
    return (words << QStringLiteral("Arcmeter %1").arg(app::programVersion())).join(QStringLiteral(" · "));
}

void ComparePage::saveTable() {
    saveTableAs(this, table(), QStringLiteral("arcmeter-comparison"), m_messages);
}

void ComparePage::copyTable() {
    QGuiApplication::clipboard()->setText(
        QString::fromUtf8(app::renderTable(table(), app::TableFormat::Tsv)));
    m_messages->showMessage(MessageBar::Kind::Done, tr("Copied the comparison."), {}, 4);
}

}  // namespace arcmeter::ui

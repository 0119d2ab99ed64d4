// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/history/HistoryPage.h"

#include <QAction>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QTableView>
#include <QTextBrowser>
#include <QTimer>
#include <QUndoStack>
#include <QVBoxLayout>

#include "app/statistics/RunInsight.h"
#include "app/store/RunStore.h"
#include "engine/protocol/error.h"
#include "ui/format/Format.h"
#include "ui/history/DetailsText.h"
#include "ui/history/FilterBar.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

using Model = app::HistoryModel;

constexpr int details_pause_ms = 60;    ///< while the selection runs through the table by key
constexpr int reading_notice_ms = 200;  ///< quicker reading than this needs no word

struct ColumnLook {
    Model::Column column;
    int width;
    bool shown;
};

/// In the order in which they stand at first: what one compares comes before how it came about.
constexpr ColumnLook columnLooks[] = {
    {Model::Id, 66, true},
    {Model::Framework, 96, true},
    {Model::Model, 60, true},
    {Model::SamplesPerSecond, 94, true},
    {Model::PrecisionName, 82, true},
    {Model::Parallelism, 96, true},
    {Model::Nodes, 62, true},
    {Model::DevicesPerNode, 96, true},
    {Model::Batch, 60, true},
    {Model::MemoryMib, 96, true},
    {Model::DatasetName, 92, true},
    {Model::State, 86, true},
    {Model::CreatedAt, 156, true},
    {Model::Method, 76, true},
    {Model::Tags, 110, true},
    {Model::Ci95, 76, false},
    {Model::NumClasses, 84, false},
    {Model::MaxNumClasses, 120, false},
    {Model::Accuracy, 84, false},
    {Model::Hardware, 220, false},
    {Model::Source, 220, false},
};

}  // namespace

HistoryPage::HistoryPage(app::RunStore* store, QUndoStack* undo, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_undo(undo),
      m_model(new app::HistoryModel(store, this)),
      m_proxy(new app::HistoryFilterProxy(this)),
      m_filters(new FilterBar),
      m_messages(new MessageBar),
      m_table(new QTableView),
      m_details(new QTextBrowser),
      m_splitter(new QSplitter(Qt::Horizontal)),
      m_count(makeLabel({}, TextRole::Small, true)),
      m_detailsTimer(new QTimer(this)),
      m_reader(new LatestTask(this)) {
    m_proxy->setHistoryModel(m_model);
    makeTable();
    makeActions();
    m_details->setOpenExternalLinks(true);
    m_details->setObjectName(QStringLiteral("details"));
    m_details->setAccessibleName(tr("Details of the selected row"));
    QVBoxLayout* tableColumn = nullptr;
    QFrame* tableCard = makeCard(&tableColumn);
    tableColumn->setContentsMargins(space, space, space, space);
    tableColumn->addWidget(m_table);
    QVBoxLayout* detailsColumn = nullptr;
    QFrame* detailsCard = makeCard(&detailsColumn);
    detailsColumn->addWidget(m_details);
    m_splitter->addWidget(tableCard);
    m_splitter->addWidget(detailsCard);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({800, 300});
    m_splitter->setHandleWidth(2 * space);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2 * space, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(makeTop());
    column->addWidget(m_messages);
    column->addWidget(m_splitter, 1);
    m_detailsTimer->setSingleShot(true);
    m_detailsTimer->setInterval(details_pause_ms);
    connect(m_detailsTimer, &QTimer::timeout, this, &HistoryPage::showDetails);
    connect(m_filters, &FilterBar::changed, this, [this] {
        m_proxy->setFilter(m_filters->filter());
        updateCount();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(m_proxy, signal, this, &HistoryPage::updateCount);
    }
    connect(m_model, &QAbstractItemModel::dataChanged, m_detailsTimer, qOverload<>(&QTimer::start));
}

void HistoryPage::makeTable() {
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);  // the store's order: newest first, then published
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->setObjectName(QStringLiteral("history"));
    m_table->setAccessibleName(tr("Runs and published rows"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(QFontMetrics(m_table->font()).height() + 12);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    int place = 0;
    for (const ColumnLook& look : columnLooks) {
        header->moveSection(header->visualIndex(look.column), place++);
        const QString title = m_model->headerData(look.column, Qt::Horizontal).toString();
        const int titleWidth = QFontMetrics(textFont(TextRole::Heading)).horizontalAdvance(title) + 24;
        header->resizeSection(look.column, std::max(look.width, titleWidth));
        header->setSectionHidden(look.column, !look.shown);
    }
    connect(header, &QWidget::customContextMenuRequested, this, &HistoryPage::showColumnMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &HistoryPage::handleSelection);
    connect(m_table, &QTableView::doubleClicked, this, &HistoryPage::openSelected);
}

QAction* HistoryPage::addPageAction(const QString& text, const QString& icon, const QKeySequence& shortcut,
                                    void (HistoryPage::*handler)()) {
    auto* action = new QAction(actionIcon(icon), text, this);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, handler);
    addAction(action);
    m_table->addAction(action);
    m_actions << action;
    return action;
}

void HistoryPage::makeActions() {
    m_compare = addPageAction(tr("Compare"), QStringLiteral("compare"), QKeySequence(Qt::Key_C),
                              &HistoryPage::compareSelected);
    m_live = addPageAction(tr("Show on live charts"), QStringLiteral("chart"), QKeySequence(Qt::Key_L),
                           &HistoryPage::liveSelected);
    m_open = addPageAction(tr("Open run"), QStringLiteral("history"), {}, &HistoryPage::openSelected);
    m_again = addPageAction(tr("Run again"), QStringLiteral("again"), {}, &HistoryPage::againSelected);
    m_tag = addPageAction(tr("Tag…"), QStringLiteral("tag"), QKeySequence(Qt::Key_T), &HistoryPage::askTag);
    m_note = addPageAction(tr("Note…"), QStringLiteral("info"), {}, &HistoryPage::askNote);
    m_delete = addPageAction(tr("Delete"), QStringLiteral("delete"), QKeySequence::Delete,
                             &HistoryPage::deleteSelected);
    m_compare->setToolTip(tr("Puts the selected rows side by side on the Compare page (C)"));
    m_live->setToolTip(tr("Draws the selected rows dashed into the live charts (L)"));
    m_open->setToolTip(tr("Shows the run's charts and steps on the Live page"));
    m_untag = new QMenu(tr("Remove tag"), this);
    m_untag->menuAction()->setParent(m_untag);
    m_table->addAction(m_untag->menuAction());
    connect(m_untag, &QMenu::aboutToShow, this, &HistoryPage::fillUntagMenu);
    handleSelection();
}

QWidget* HistoryPage::makeTop() {
    auto* top = new QWidget;
    auto* column = new QVBoxLayout(top);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addWidget(m_filters);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space);
    for (QAction* action : m_actions) {
        auto* button = makeFlatButton({}, {}, this);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setDefaultAction(action);
        if (action == m_live) {  // its words would widen a small window
            button->setToolButtonStyle(Qt::ToolButtonIconOnly);
            button->setAccessibleName(action->text());
        }
        buttons->addWidget(button);
    }
    auto* exportButton = makeFlatButton(tr("Export"), QStringLiteral("export"), this);
    exportButton->setPopupMode(QToolButton::InstantPopup);
    exportButton->setMenu(makeExportMenu());
    exportButton->setObjectName(QStringLiteral("export"));
    buttons->addWidget(exportButton);
    buttons->addStretch();
    buttons->addWidget(m_count);
    column->addLayout(buttons);
    return top;
}

QMenu* HistoryPage::makeExportMenu() {
    auto* menu = new QMenu(this);
    menu->addAction(tr("Save table…"), this, &HistoryPage::exportAs);
    menu->addAction(tr("Copy rows as TSV"), this, &HistoryPage::copySelected);
    m_exportSteps = menu->addAction(tr("Save the run's steps…"), this, &HistoryPage::exportSteps);
    return menu;
}

void HistoryPage::showColumnMenu(const QPoint& at) {
    QHeaderView* header = m_table->horizontalHeader();
    QMenu menu(this);
    for (int column = 0; column < Model::ColumnCount; ++column) {
        QAction* action = menu.addAction(m_model->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!header->isSectionHidden(column));
        connect(action, &QAction::toggled, header,
                [header, column](bool on) { header->setSectionHidden(column, !on); });
    }
    menu.exec(header->mapToGlobal(at));
}

void HistoryPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_loaded) load();
    m_filters->setChoices(*m_model, m_store->allTags());
}

void HistoryPage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_detailsTimer) m_detailsTimer->start();
}

void HistoryPage::load() {
    m_loaded = true;
    m_model->reload();
    updateCount();
    if (m_proxy->rowCount() > 0) m_table->selectRow(0);
}

void HistoryPage::updateCount() {
    const int shown = m_proxy->rowCount();
    const int all = m_model->rowCount();
    m_count->setText(shown == all ? tr("%n row(s)", nullptr, all)
                                  : tr("%1 of %n row(s)", nullptr, all).arg(integerText(shown)));
}

void HistoryPage::selectRun(qint64 runId) {
    if (!m_loaded) load();
    const int row = m_model->rowOfRun(runId);
    if (row < 0) return;
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(row, 0));
    if (!index.isValid()) return;
    m_table->selectRow(index.row());
    m_table->scrollTo(index);
}

void HistoryPage::showPublished() {
    m_filters->clear();
    m_filters->setShow(app::HistoryFilter::Show::Published);
}

void HistoryPage::showImported() {
    m_filters->clear();
    m_filters->setShow(app::HistoryFilter::Show::Imported);
}

std::vector<app::HistoryRow> HistoryPage::selectedRows() const {
    std::vector<app::HistoryRow> rows;
    const QItemSelectionModel* selection = m_table->selectionModel();
    if (!selection) return rows;
    for (const QModelIndex& index : selection->selectedRows()) rows.push_back(m_proxy->rowAt(index.row()));
    return rows;
}

std::vector<qint64> HistoryPage::selectedRuns() const {
    std::vector<qint64> ids;
    for (const app::HistoryRow& row : selectedRows()) {
        if (row.kind == app::HistoryRow::Kind::Run && row.state && app::isEnded(*row.state))
            ids.push_back(row.id);
    }
    return ids;
}

void HistoryPage::handleSelection() {
    const std::vector<app::HistoryRow> rows = selectedRows();
    const std::size_t runs = selectedRuns().size();
    m_compare->setEnabled(!rows.empty());
    m_live->setEnabled(!rows.empty());
    m_open->setEnabled(runs == 1);
    m_again->setEnabled(runs == 1);
    m_note->setEnabled(runs == 1);
    m_tag->setEnabled(runs > 0);
    m_delete->setEnabled(runs > 0);
    if (m_untag) m_untag->menuAction()->setEnabled(runs > 0);
    if (m_exportSteps) m_exportSteps->setEnabled(runs == 1);
    m_detailsTimer->start();
}

void HistoryPage::showDetails() {
    m_reader->cancel();
    const std::vector<app::HistoryRow> rows = selectedRows();
    if (rows.size() != 1) {
        m_shownDetails = 0;
        m_details->setHtml(rows.empty() ? tr("Select a row to see everything about it.")
                                        : tr("%n row(s) selected", nullptr, static_cast<int>(rows.size())));
        return;
    }
    if (rows.front().kind != app::HistoryRow::Kind::Run) {
        m_shownDetails = 0;
        m_details->setHtml(detailsText(rows.front(), themeColors(palette())));
        return;
    }
    readDetails(rows.front().id);
}

/// A run may have half a million steps to look at, so what they say is read in a thread of its own; another
/// selection meanwhile stops it.
void HistoryPage::readDetails(qint64 runId) {
    QTimer::singleShot(reading_notice_ms, m_reader, [this, runId] {
        const std::vector<app::HistoryRow> rows = selectedRows();
        const bool wanted =
            rows.size() == 1 && rows.front().kind == app::HistoryRow::Kind::Run && rows.front().id == runId;
        if (wanted && m_reader->isRunning() && m_shownDetails != runId) {
            m_details->setPlainText(tr("Reading run %1…").arg(runId));
        }
    });
    m_reader->start(
        [this, store = m_store, runId](const LatestTask::IsStopped& isStopped) -> LatestTask::Deliver {
            try {
                const app::RunDetails details = store->details(runId);
                return [this, details, insight = app::insightOf(*store, details, isStopped)] {
                    m_shownDetails = details.row.id;
                    m_details->setHtml(detailsText(details, insight, themeColors(palette())));
                };
            } catch (const Error& error) {
                return [this, problem = QString::fromUtf8(error.what())] {
                    m_shownDetails = 0;
                    m_details->setPlainText(problem);
                };
            }
        });
}

}  // namespace arcmeter::ui

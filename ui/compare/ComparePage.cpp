// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/ComparePage.h"

#include <QAction>
#include <QCheckBox>
#include <QEvent>
#include <QHeaderView>
#include <QListWidget>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "app/store/RunStore.h"
#include "ui/charts/ChartActions.h"
#include "ui/compare/CompareCharts.h"
#include "ui/compare/CompareDelegate.h"
#include "ui/compare/CompareModel.h"
#include "ui/format/Format.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/LatestTask.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int changes_pause_ms = 250;  ///< a run that goes changes often
constexpr int widest_column = 250;
constexpr int narrowest_column = 130;

QString sideText(const ShownComparison& shown, std::size_t place) {
    const CompareSide& side = *shown.sides[place];
    if (!side.column) return sideKey(side.members) + '\n' + side.problem;
    const app::Comparison& comparison = *shown.comparison;
    const std::size_t column = *shown.place[place];
    const QString verdict = column == comparison.baseline
                                ? ComparePage::tr("Baseline, %n repeat(s)", nullptr,
                                                  static_cast<int>(side.column->repeats.size()))
                                : app::verdictText(comparison.verdicts[column]);
    return sideTitle(*side.column) + '\n' + verdict;
}

}  // namespace

ComparePage::ComparePage(app::RunStore* store, app::HistoryModel* history, QUndoStack* undo, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_history(history),
      m_undo(undo),
      m_reader(new LatestTask(this)),
      m_again(new QTimer(this)),
      m_messages(new MessageBar),
      m_stack(new QStackedWidget),
      m_list(new QListWidget),
      m_charts(new CompareCharts),
      m_model(new CompareModel(this)),
      m_table(new QTableView),
      m_splitter(new QSplitter(Qt::Vertical)),
      m_name(makeLabel({}, TextRole::Heading)),
      m_count(makeLabel({}, TextRole::Small, true)),
      m_all(new QCheckBox(tr("All fields"))),
      m_saved(new QMenu(this)) {
    makeTable();
    makeActions();
    m_splitter->addWidget(m_charts);
    m_splitter->addWidget(makeFields());
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({300, 450});
    m_splitter->setHandleWidth(2 * space);
    m_splitter->setChildrenCollapsible(false);
    auto* across = new QSplitter(Qt::Horizontal);
    across->addWidget(makeSide());
    across->addWidget(m_splitter);
    across->setStretchFactor(1, 1);
    across->setSizes({300, 790});
    across->setHandleWidth(2 * space);
    across->setChildrenCollapsible(false);
    m_stack->addWidget(makeEmpty());
    m_stack->addWidget(across);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2 * space, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(makeTop());
    column->addWidget(m_messages);
    column->addWidget(m_stack, 1);
    for (Chart* chart : {m_charts->throughput(), m_charts->memory()}) connectExports(chart);
    connectStore();
    showName();
    updateActions();
}

void ComparePage::makeTable() {
    m_table->setModel(m_model);
    m_table->setItemDelegate(new CompareDelegate(m_table));
    m_table->setObjectName(QStringLiteral("compareTable"));
    m_table->setAccessibleName(tr("Fields of the compared sides"));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(QFontMetrics(m_table->font()).height() + 10);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
}

QWidget* ComparePage::makeSide() {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column);
    m_name->setObjectName(QStringLiteral("comparisonName"));
    column->addWidget(m_name);
    m_list->setObjectName(QStringLiteral("compareSides"));
    m_list->setAccessibleName(tr("Compared sides with their verdicts"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setWordWrap(true);
    m_list->setSpacing(2);
    m_list->setIconSize(QSize(20, 12));
    m_list->setTextElideMode(Qt::ElideNone);
    m_list->setResizeMode(QListView::Adjust);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_list, &QListWidget::itemSelectionChanged, this, &ComparePage::updateActions);
    column->addWidget(m_list, 1);
    column->addWidget(makeWrappedLabel(
        tr("The verdict is a Mann-Whitney test between repeats, never iterations."), TextRole::Small, true));
    return card;
}

QWidget* ComparePage::makeFields() {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column);
    column->setContentsMargins(2 * space, 2 * space, 2 * space, 2 * space);
    auto* top = new QHBoxLayout;
    m_all->setObjectName(QStringLiteral("allFields"));
    m_all->setToolTip(tr("Also what is the same on every side"));
    m_count->setObjectName(QStringLiteral("fieldCount"));
    top->addWidget(m_count);
    top->addStretch();
    top->addWidget(m_all);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    connect(m_all, &QCheckBox::toggled, this, [this](bool on) {
        m_model->setAll(on);
        fillTable();
        showCount();
    });
    return card;
}

QWidget* ComparePage::makeEmpty() {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column);
    card->setObjectName(QStringLiteral("compareEmpty"));
    auto* add = makePrimaryButton(tr("Add rows…"), QStringLiteral("add"));
    auto* history = makeLinkButton(tr("Choose in History"));
    connect(add, &QPushButton::clicked, this, &ComparePage::askRows);
    connect(history, &QPushButton::clicked, this, &ComparePage::historyAsked);
    QLabel* text = makeWrappedLabel(tr("Put runs, published and imported rows side by side: what differs, by "
                                       "how much, and whether the repeats "
                                       "can tell. Add them here, or select them in History and press C. Kept "
                                       "comparisons are under Saved."),
                                    TextRole::Body, true);
    text->setFixedWidth(520);
    text->setMinimumHeight(text->heightForWidth(520));
    text->setAlignment(Qt::AlignHCenter);
    column->addStretch(2);
    column->addWidget(makeLabel(tr("Nothing is compared yet"), TextRole::Title), 0, Qt::AlignHCenter);
    column->addWidget(text, 0, Qt::AlignHCenter);
    column->addSpacing(2 * space);
    column->addWidget(add, 0, Qt::AlignHCenter);
    column->addWidget(history, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return card;
}

void ComparePage::connectExports(Chart* chart) {
    connect(chart, &Chart::exportRequested, this,
            [this, chart] { saveChartAs(*chart, this, provenance(), m_messages); });
    connect(chart, &Chart::copyRequested, this, [this, chart] { copyChart(*chart, provenance()); });
}

void ComparePage::connectStore() {
    const auto runs = [](const std::vector<qint64>& ids) {
        std::vector<app::RowReference> rows;
        for (const qint64 id : ids) rows.push_back({app::HistoryRow::Kind::Run, id});
        return rows;
    };
    m_again->setSingleShot(true);
    m_again->setInterval(changes_pause_ms);
    connect(m_again, &QTimer::timeout, this, &ComparePage::read);
    connect(m_store, &app::RunStore::runChanged, this, [this, runs](qint64 id) { forget(runs({id})); });
    connect(m_store, &app::RunStore::runsDeleted, this,
            [this, runs](const std::vector<qint64>& ids) { forget(runs(ids)); });
    connect(m_store, &app::RunStore::runsRestored, this,
            [this, runs](const std::vector<qint64>& ids) { forget(runs(ids)); });
    connect(m_store, &app::RunStore::importsChanged, this, [this] {
        std::vector<app::RowReference> imported;
        for (const auto& members : m_asked.columns) {
            for (const app::RowReference& member : members) {
                if (member.kind == app::HistoryRow::Kind::Imported) imported.push_back(member);
            }
        }
        forget(imported);
    });
    connect(m_store, &app::RunStore::comparisonsChanged, this, &ComparePage::showName);
}

/// Rows that changed in the store are read again, if they are compared.
void ComparePage::forget(const std::vector<app::RowReference>& rows) {
    for (const auto& members : m_asked.columns) {
        const bool touched =
            std::any_of(members.begin(), members.end(), [&rows](const app::RowReference& member) {
                return std::find(rows.begin(), rows.end(), member) != rows.end();
            });
        if (!touched) continue;
        m_known.remove(sideKey(members));
        m_again->start();
    }
}

bool ComparePage::isReading() const {
    return m_reader->isRunning() || m_again->isActive();
}

void ComparePage::read() {
    m_again->stop();
    if (m_asked.columns.empty()) {
        m_reader->cancel();
        take({});
        return;
    }
    m_stack->setCurrentIndex(1);
    m_count->setText(tr("Reading…"));
    m_reader->start([this, store = m_store, asked = m_asked,
                     known = m_known](const LatestTask::IsStopped& isStopped) -> LatestTask::Deliver {
        ShownComparison shown = readComparison(*store, asked, known, isStopped);
        return [this, shown = std::move(shown)] { take(shown); };
    });
}

void ComparePage::take(ShownComparison shown) {
    m_shown = std::move(shown);
    m_known.clear();
    for (const SidePointer& side : m_shown.sides) m_known.insert(sideKey(side->members), side);
    m_charts->setComparison(m_shown);
    m_model->setComparison(m_shown.comparison);
    m_stack->setCurrentIndex(m_shown.sides.empty() ? 0 : 1);
    fillList();
    fillTable();
    showCount();
    updateActions();
}

void ComparePage::fillList() {
    QStringList selected;
    for (const QListWidgetItem* item : m_list->selectedItems())
        selected << item->data(Qt::UserRole).toString();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    const ThemeColors colors = themeColors(palette());
    std::vector<QIcon> marks;
    for (std::size_t i = 0; i < m_shown.sides.size(); ++i) {
        const QString key = sideKey(m_shown.sides[i]->members);
        auto* item = new QListWidgetItem(sideText(m_shown, i), m_list);
        item->setData(Qt::UserRole, key);
        item->setToolTip(tr("Rows: %1").arg(QString(key).replace('+', QStringLiteral(", "))));
        item->setSelected(selected.contains(key));
        const bool isRead = m_shown.place[i].has_value();
        const bool isLevel = m_shown.sides[i]->steps.size() == 0;
        const QIcon mark =
            isRead ? sideMark(i, isLevel, colors) : actionIcon(QStringLiteral("warning"), colors.warning);
        item->setIcon(mark);
        if (isRead) marks.push_back(mark);
    }
    m_model->setMarks(std::move(marks));
    if (!m_list->currentItem() && m_list->count() > 0)
        m_list->setCurrentRow(0, QItemSelectionModel::NoUpdate);  // so that keys have a place to start from
}

void ComparePage::fillTable() {
    m_table->clearSpans();
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->isHeading(row) && m_model->columnCount() > 1)
            m_table->setSpan(row, 0, 1, m_model->columnCount());
    }
    for (int column = 0; column < m_model->columnCount(); ++column) {
        m_table->resizeColumnToContents(column);
        const int width = m_table->columnWidth(column) + 12;
        m_table->setColumnWidth(column, std::clamp(width, narrowest_column, widest_column));
    }
}

void ComparePage::showCount() {
    if (!m_shown.comparison) {
        m_count->clear();
        return;
    }
    const auto& fields = m_shown.comparison->fields;
    const auto differing = std::count_if(fields.begin(), fields.end(),
                                         [](const app::ComparedField& field) { return field.contradicts; });
    m_count->setText(m_shown.comparison->columns.size() < 2
                         ? tr("One side alone: add another to see what differs.")
                         : tr("%1 of %n field(s) differ; ⚠ marks the machine and its software", nullptr,
                              static_cast<int>(fields.size()))
                               .arg(differing));
}

void ComparePage::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_list) fillList();
}

}  // namespace arcmeter::ui

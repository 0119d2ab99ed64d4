// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scaling/ScalingPage.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QListWidget>
#include <QMenu>
#include <QScopedValueRollback>
#include <QSet>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"
#include "ui/charts/ChartActions.h"
#include "ui/format/Format.h"
#include "ui/scaling/ScalingChart.h"
#include "ui/scaling/ScalingModel.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Widgets.h"
#include "ui/window/TableSaver.h"

namespace arcmeter::ui {
namespace {

constexpr int most_series = 6;  // more could not be told apart

/// The series that stand in the report's own scaling figures: 1 to 32 GPUs.
bool isShownAtFirst(const app::ScalingSeries& series) {
    const app::HistoryRow& row = series.first();
    return !series.isPublished() ||
           (row.model == QLatin1String("r100") && series.rows.size() > 3 && row.batchSizePerDevice == 64);
}

QTableView* makeTable(ScalingModel* model) {
    auto* table = new QTableView;
    table->setModel(model);
    table->setAlternatingRowColors(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(ScalingModel::Series, QHeaderView::Stretch);
    table->setObjectName(QStringLiteral("scalingTable"));
    table->setAccessibleName(ScalingPage::tr("The chart's figures as a table"));
    return table;
}

}  // namespace

ScalingPage::ScalingPage(const app::RunStore* store, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_catalog(app::LinkCatalog::load()),
      m_messages(new MessageBar),
      m_list(new QListWidget),
      m_chart(new ScalingChart),
      m_model(new ScalingModel(this)),
      m_table(makeTable(m_model)),
      m_splitter(new QSplitter(Qt::Vertical)) {
    m_splitter->addWidget(m_chart);
    m_splitter->addWidget(m_table);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setHandleWidth(2 * space);
    m_splitter->setChildrenCollapsible(false);
    auto* across = new QSplitter(Qt::Horizontal);
    across->addWidget(makeSide());
    across->addWidget(m_splitter);
    across->setStretchFactor(1, 1);
    across->setSizes({330, 760});
    across->setHandleWidth(2 * space);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 2 * space, 0, 0);
    column->setSpacing(2 * space);
    column->addWidget(makeTop());
    column->addWidget(m_messages);
    column->addWidget(across, 1);
    m_chart->setEmptyText(
        tr("Choose a series at the left. A series is made of runs that differ in nothing but the "
           "number of devices; the published ones are there from the start."));
    connect(m_list, &QListWidget::itemChanged, this, &ScalingPage::limitChoice);
    refresh();
}

QComboBox* ScalingPage::addChoice(QHBoxLayout* row, const QString& label, const char* name) {
    auto* box = new QComboBox;
    auto* title = makeLabel(label);
    title->setBuddy(box);
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(label);
    box->setSizeAdjustPolicy(
        QComboBox::AdjustToMinimumContentsLengthWithIcon);  // rather cut words than widen a
    box->setMinimumContentsLength(9);                       // small window
    row->addWidget(title);
    row->addWidget(box);
    return box;
}

QWidget* ScalingPage::makeTop() {
    auto* bar = new QWidget;
    auto* rows = new QVBoxLayout(bar);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(space);
    auto* first = new QHBoxLayout;
    auto* row = new QHBoxLayout;
    for (QHBoxLayout* line : {first, row}) {
        line->setSpacing(2 * space);
        rows->addLayout(line);
    }
    m_quantity = addChoice(first, tr("Show"), "quantity");
    for (const auto quantity :
         {ScalingQuantity::SamplesPerS, ScalingQuantity::Speedup, ScalingQuantity::Efficiency}) {
        m_quantity->addItem(quantityName(quantity), static_cast<int>(quantity));
    }
    m_projected = new QCheckBox(tr("Projected, up to"));
    m_projected->setObjectName(QStringLiteral("projected"));
    m_projected->setChecked(true);
    m_projected->setToolTip(tr("Dashed: what the projection expects of more devices. Never measured."));
    row->addWidget(m_projected);
    m_most = new QComboBox;
    m_most->setObjectName(QStringLiteral("mostDevices"));
    m_most->setAccessibleName(tr("Devices projected to"));
    for (const int devices : {64, 256, 1024, 4096})
        m_most->addItem(tr("%1 devices").arg(integerText(devices)), devices);
    row->addWidget(m_most);
    m_intraLink = addChoice(row, tr("Within a node"), "intraLink");
    m_link = addChoice(row, tr("Between nodes"), "link");
    fillLinks();
    first->addStretch();
    row->addStretch();
    auto* save = makeFlatButton(tr("Export"), QStringLiteral("export"), bar);
    auto* menu = new QMenu(save);
    menu->addAction(tr("Chart as a picture…"), this,
                    [this] { saveChartAs(*m_chart, this, provenance(), m_messages); });
    menu->addAction(tr("Copy the chart"), this, [this] { copyChart(*m_chart, provenance()); });
    menu->addAction(tr("Figures as a table…"), this, &ScalingPage::saveFigures);
    save->setMenu(menu);
    save->setPopupMode(QToolButton::InstantPopup);
    first->addWidget(save);
    for (QComboBox* box : {m_quantity, m_most, m_intraLink, m_link}) {
        connect(box, &QComboBox::currentIndexChanged, this, &ScalingPage::refresh);
    }
    connect(m_projected, &QCheckBox::toggled, this, &ScalingPage::refresh);
    return bar;
}

void ScalingPage::fillLinks() {
    m_intraLink->addItem(tr("the machine's"), QString());
    m_link->addItem(tr("the machine's"), QString());
    for (const app::Link& link : m_catalog.links()) {
        QComboBox* box = link.scope == app::Link::Scope::Node ? m_intraLink : m_link;
        box->addItem(link.title, link.id);
        box->setItemData(box->count() - 1, link.source, Qt::ToolTipRole);
    }
    for (QComboBox* box : {m_intraLink, m_link}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
    }
}

QWidget* ScalingPage::makeSide() {
    QVBoxLayout* column = nullptr;
    QFrame* card = makeCard(&column);
    column->addWidget(makeLabel(tr("Series"), TextRole::Heading));
    column->addWidget(makeWrappedLabel(tr("Up to %1 at once.").arg(most_series), TextRole::Small, true));
    m_list->setObjectName(QStringLiteral("seriesList"));
    m_list->setAccessibleName(tr("Series to show"));
    m_list->setFrameShape(QFrame::NoFrame);
    // Titles end with what tells their series apart.
    m_list->setWordWrap(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_list, 1);
    return card;
}

void ScalingPage::setHistory(const std::vector<app::HistoryRow>& rows) {
    QSet<QString> chosen;
    for (int i = 0; i < m_list->count(); ++i) {
        if (m_list->item(i)->checkState() == Qt::Checked) chosen << m_list->item(i)->text();
    }
    const bool first = m_series.empty();
    m_series = app::scalingSeries(rows);
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (const app::ScalingSeries& series : m_series) {
            auto* item = new QListWidgetItem(app::seriesTitle(series.first()), m_list);
            item->setToolTip(rowTitle(series.first()) + '\n' + series.first().hardware);
            // Two lines for each: Qt measures wrapped text without the box beside it.
            item->setSizeHint({0, 2 * m_list->fontMetrics().lineSpacing() + space});
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setCheckState(chosen.contains(item->text()) ? Qt::Checked : Qt::Unchecked);
        }
        if (first) chooseAtFirst();
    }
    refresh();
}

void ScalingPage::chooseAtFirst() {
    int shown = 0;
    for (std::size_t i = 0; i < m_series.size() && shown < most_series; ++i) {
        if (!isShownAtFirst(m_series[i])) continue;
        m_list->item(static_cast<int>(i))->setCheckState(Qt::Checked);
        ++shown;
    }
}

void ScalingPage::limitChoice(QListWidgetItem* changed) {
    if (static_cast<int>(chosenSeries().size()) > most_series) {
        const QSignalBlocker quiet(m_list);
        changed->setCheckState(Qt::Unchecked);
        m_messages->showMessage(MessageBar::Kind::Info,
                                tr("%1 series can be told apart; take one away first.").arg(most_series), {},
                                6);
    }
    refresh();
}

std::vector<app::ScalingSeries> ScalingPage::chosenSeries() const {
    std::vector<app::ScalingSeries> chosen;
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        if (m_list->item(static_cast<int>(i))->checkState() == Qt::Checked) chosen.push_back(m_series[i]);
    }
    return chosen;
}

ProjectionChoice ScalingPage::projectionChoice() const {
    ProjectionChoice choice;
    choice.wanted = m_projected->isChecked();
    choice.mostDevices = m_most->currentData().toInt();
    choice.topology.intraLink = m_intraLink->currentData().toString();
    choice.topology.link = m_link->currentData().toString();
    return choice;
}

void ScalingPage::refresh() {
    m_curves = scalingCurves(chosenSeries(), projectionChoice(), m_catalog, *m_store);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_most), static_cast<QWidget*>(m_intraLink), static_cast<QWidget*>(m_link)}) {
        widget->setEnabled(m_projected->isChecked());
    }
    m_chart->setQuantity(static_cast<ScalingQuantity>(m_quantity->currentData().toInt()));
    m_chart->setCurves(m_curves);
    m_model->setCurves(m_curves);
    for (const int column : {ScalingModel::Kind, ScalingModel::Devices, ScalingModel::SamplesPerS,
                             ScalingModel::Speedup, ScalingModel::Efficiency}) {
        m_table->resizeColumnToContents(column);
    }
}

app::Table ScalingPage::table() const {
    return scalingTable(m_curves, projectionChoice().topology);
}

QString ScalingPage::provenance() const {
    const QString program = QStringLiteral("Arcmeter %1").arg(app::programVersion());
    return m_projected->isChecked()
               ? tr("%1. Dashed lines are projected from the first point of each series, not measured.")
                     .arg(program)
               : program;
}

void ScalingPage::saveFigures() {
    saveTableAs(this, table(), QStringLiteral("arcmeter-scaling"), m_messages);
}

}  // namespace arcmeter::ui

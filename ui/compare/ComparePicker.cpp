// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/ComparePicker.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "app/models/HistoryFilterProxy.h"
#include "app/models/HistoryModel.h"
#include "app/store/RunStore.h"
#include "ui/history/FilterBar.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

using Model = app::HistoryModel;

/// What tells rows apart, in the order in which it is looked at.
constexpr std::pair<Model::Column, int> shownColumns[] = {{Model::Id, 66},
                                                          {Model::Framework, 96},
                                                          {Model::Model, 70},
                                                          {Model::SamplesPerSecond, 94},
                                                          {Model::Batch, 60},
                                                          {Model::PrecisionName, 82},
                                                          {Model::Parallelism, 110},
                                                          {Model::Nodes, 62},
                                                          {Model::DevicesPerNode, 96},
                                                          {Model::DatasetName, 100},
                                                          {Model::State, 86},
                                                          {Model::CreatedAt, 140},
                                                          {Model::Tags, 110}};

}  // namespace

ComparePicker::ComparePicker(app::HistoryModel* history, const app::RunStore& store, QWidget* parent)
    : QDialog(parent),
      m_rows(new app::HistoryFilterProxy(this)),
      m_filters(new FilterBar),
      m_table(new QTableView),
      m_count(makeLabel({}, TextRole::Small, true)) {
    setWindowTitle(tr("Add to the comparison"));
    setObjectName(QStringLiteral("comparePicker"));
    resize(1000, 560);
    if (history->rowCount() == 0) history->reload();
    m_rows->setHistoryModel(history);
    m_filters->setChoices(*history, store.allTags());
    makeTable();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_add = buttons->addButton(tr("Add"), QDialogButtonBox::AcceptRole);
    m_group = buttons->addButton(tr("Add as one group"), QDialogButtonBox::ActionRole);
    m_group->setToolTip(tr("Their repeats together are one side, as if they were one run"));
    m_group->setObjectName(QStringLiteral("addAsGroup"));
    m_add->setDefault(true);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_count, 1);
    bottom->addWidget(buttons);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(2 * space);
    column->addWidget(
        makeWrappedLabel(tr("Choose runs, published and imported rows; Ctrl or Shift chooses several."),
                         TextRole::Body, true));
    column->addWidget(m_filters);
    column->addWidget(m_table, 1);
    column->addLayout(bottom);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_group, &QPushButton::clicked, this, [this] {
        m_asGroup = true;
        accept();
    });
    connect(m_filters, &FilterBar::changed, this, [this] { m_rows->setFilter(m_filters->filter()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ComparePicker::showChoice);
    connect(m_table, &QTableView::doubleClicked, this, &QDialog::accept);
    showChoice();
    m_filters->focusSearch();
}

void ComparePicker::makeTable() {
    m_table->setModel(m_rows);
    m_table->setObjectName(QStringLiteral("pickerTable"));
    m_table->setAccessibleName(tr("Runs, published and imported rows"));
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);  // the store's order: newest first, then published
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(QFontMetrics(m_table->font()).height() + 12);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    for (int column = 0; column < Model::ColumnCount; ++column) header->setSectionHidden(column, true);
    int place = 0;
    for (const auto& [column, width] : shownColumns) {
        header->setSectionHidden(column, false);
        header->moveSection(header->visualIndex(column), place++);
        const QString title = m_rows->headerData(column, Qt::Horizontal).toString();
        const int titleWidth = QFontMetrics(textFont(TextRole::Heading)).horizontalAdvance(title) + 24;
        header->resizeSection(column, std::max(width, titleWidth));
    }
}

std::vector<app::RowReference> ComparePicker::chosen() const {
    QModelIndexList indexes = m_table->selectionModel()->selectedRows();
    std::sort(indexes.begin(), indexes.end(),
              [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    std::vector<app::RowReference> rows;
    for (const QModelIndex& index : indexes) rows.push_back(app::referenceOf(m_rows->rowAt(index.row())));
    return rows;
}

void ComparePicker::showChoice() {
    const auto count = m_table->selectionModel()->selectedRows().size();
    m_count->setText(tr("%n row(s) chosen", nullptr, static_cast<int>(count)));
    m_add->setEnabled(count > 0);
    m_group->setEnabled(count > 1);
}

}  // namespace arcmeter::ui

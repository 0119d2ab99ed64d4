// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/ReportView.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScrollBar>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/report/BarChart.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr int header_lines = 4;  // "OneFlow samples/s (max)" in a narrow column

/// As high as its rows: the column scrolls, not each table.
void fitHeight(QTableWidget& table) {
    int height = table.horizontalHeader()->height() + 2 * table.frameWidth();
    for (int row = 0; row < table.rowCount(); ++row) height += table.rowHeight(row);
    table.setFixedHeight(height);
    table.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

}  // namespace

ReportView::ReportView(QWidget* parent) : QScrollArea(parent) {
    setObjectName(QStringLiteral("reportView"));
    setAccessibleName(tr("Report"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);
}

void ReportView::setDocument(const app::ReportDocument& document) {
    m_sections.clear();
    auto* inner = new QWidget;
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 2 * space, 0);
    column->setSpacing(2 * space);
    column->addWidget(makeWrappedLabel(document.title, TextRole::Title));
    for (const app::ReportBlock& block : document.blocks)
        std::visit([&](const auto& known) { add(column, known); }, block);
    column->addStretch();
    setWidget(inner);                     // the one before is deleted
    inner->setAutoFillBackground(false);  // setWidget() has turned it on
}

void ReportView::add(QVBoxLayout* column, const app::ReportHeading& heading) {
    QLabel* label = makeWrappedLabel(heading.text, heading.level == 2 ? TextRole::Title : TextRole::Heading);
    label->setContentsMargins(0, heading.level == 2 ? 4 * space : 2 * space, 0, 0);
    if (heading.level == 2) m_sections.emplace_back(heading.text, label);
    m_heading = heading.text;
    column->addWidget(label);
}

void ReportView::add(QVBoxLayout* column, const app::ReportParagraph& paragraph) {
    QLabel* label = makeWrappedLabel(paragraph.text);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(label);
}

void ReportView::add(QVBoxLayout* column, const app::ReportTable& table) {
    auto* view =
        new QTableWidget(static_cast<int>(table.rows.size()), static_cast<int>(table.columns.size()));
    view->setHorizontalHeaderLabels(table.columns);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->verticalHeader()->hide();
    view->setShowGrid(false);
    view->setTabKeyNavigation(false);
    view->setAccessibleName(m_heading);
    for (int row = 0; row < view->rowCount(); ++row) {
        const auto& cells = table.rows[static_cast<std::size_t>(row)];
        for (int i = 0; i < view->columnCount(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            auto* item = new QTableWidgetItem(cells[at].text);
            item->setTextAlignment(Qt::AlignVCenter | (table.isFigure[at] ? Qt::AlignRight : Qt::AlignLeft));
            view->setItem(row, i, item);
        }
    }
    QHeaderView* header = view->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Stretch);
    header->setDefaultAlignment(Qt::AlignCenter | Qt::Alignment(Qt::TextWordWrap));
    header->setFixedHeight(header_lines * header->fontMetrics().lineSpacing() + 2 * space);
    fitHeight(*view);
    auto* copy = new QAction(tr("Copy as TSV"), view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, view,
            [view] { QGuiApplication::clipboard()->setText(tableAsTsv(*view)); });
    view->addAction(copy);
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    column->addWidget(view);
}

void ReportView::add(QVBoxLayout* column, const app::ReportChart& chart) {
    auto* view = new BarChart(chart);
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(view, &QWidget::customContextMenuRequested, this,
            [this, view](const QPoint& position) { emit chartMenuAsked(view, view->mapToGlobal(position)); });
    column->addWidget(view);
}

QStringList ReportView::sections() const {
    QStringList names;
    for (const auto& [name, label] : m_sections) names << name;
    return names;
}

void ReportView::showSection(int section) {
    if (section < 0 || static_cast<std::size_t>(section) >= m_sections.size()) return;
    const QWidget* label = m_sections[static_cast<std::size_t>(section)].second;
    verticalScrollBar()->setValue(label->y());
}

QString tableAsTsv(const QTableWidget& table) {
    const QList<QTableWidgetSelectionRange> ranges = table.selectedRanges();
    const bool whole = ranges.isEmpty();
    const QTableWidgetSelectionRange all(0, 0, table.rowCount() - 1, table.columnCount() - 1);
    const QTableWidgetSelectionRange range = whole ? all : ranges.front();
    QString text;
    const auto line = [&](auto cell) {
        QStringList cells;
        for (int column = range.leftColumn(); column <= range.rightColumn(); ++column) cells << cell(column);
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    };
    if (whole) line([&](int column) { return table.horizontalHeaderItem(column)->text(); });
    for (int row = range.topRow(); row <= range.bottomRow(); ++row)
        line([&](int column) { return table.item(row, column)->text(); });
    return text;
}

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareCharts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>

#include "ui/compare/CompareModel.h"
#include "ui/format/Format.h"
#include "ui/widgets/Widgets.h"

namespace arcmeter::ui {
namespace {

constexpr std::size_t colors = 6;

enum Axis { ByIteration, ByTime };

/// One side's lines and levels, into the charts' lists.
struct Drawing {
    std::vector<ChartLine> throughput, memory;
    std::vector<ChartLevel> throughputLevels, memoryLevels;

    void add(const CompareSide& side, std::size_t place, const SideCurves& curves) {
        const QString name = sideTitle(*side.column);
        const ColorKey color = sideColor(place);
        if (side.steps.size() > 0) {
            throughput.push_back({name, color, sideDashed(place), &curves.samplesPerSecond});
            memory.push_back({name, color, sideDashed(place), &curves.memoryBytes});
            return;
        }
        const app::HistoryRow& row = side.column->row;
        if (row.samplesPerSecond) throughputLevels.push_back({name, {}, *row.samplesPerSecond, color});
        if (row.memoryMib) memoryLevels.push_back({name, {}, *row.memoryMib * 1048576.0, color});
    }
};

}  // namespace

ColorKey sideColor(std::size_t place) {
    return {ColorKey::Set::Series, static_cast<int>(place % colors)};
}

bool sideDashed(std::size_t place) {
    return place >= colors;
}

QIcon sideMark(std::size_t place, bool isLevel, const ThemeColors& theme) {
    QPixmap mark(20, 12);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    QPen pen(sideColor(place).in(theme), 3, Qt::SolidLine, Qt::FlatCap);
    if (isLevel || sideDashed(place)) pen.setDashPattern({1.6, 1});
    painter.setPen(pen);
    painter.drawLine(0, 6, 18, 6);
    return QIcon(mark);
}

CompareCharts::CompareCharts(QWidget* parent)
    : QWidget(parent),
      m_throughput(new Chart({.title = tr("Throughput"), .unit = tr("samples/s")})),
      m_memory(new Chart({.title = tr("Memory"), .unit = {}, .values = ChartValues::Bytes})),
      m_axis(new QComboBox) {
    m_axis->setObjectName(QStringLiteral("compareAxis"));
    m_axis->addItem(tr("Iteration"), ByIteration);
    m_axis->addItem(tr("Time, in seconds"), ByTime);
    m_axis->setAccessibleName(tr("Axis of the curves"));
    m_axis->setToolTip(
        tr("Repeats follow one another. By time, each step takes the room that it took; the slowest "
           "of several that fall together is drawn."));
    auto* title = makeLabel(tr("Curves by"));
    title->setBuddy(m_axis);
    auto* top = new QHBoxLayout;
    top->setSpacing(2 * space);
    top->addStretch();
    top->addWidget(title);
    top->addWidget(m_axis);
    auto* charts = new QHBoxLayout;
    charts->setSpacing(2 * space);
    for (Chart* chart : {m_throughput, m_memory}) {
        chart->setMinimumHeight(150);
        chart->hideLegend();  // the list of sides is beside it
        chart->setEmptyText(tr("Published and imported rows have no curves; their figures are levels."));
        chart->setStepName([this](qint64 step) { return stepName(step); });
        charts->addWidget(chart, 1);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space);
    column->addLayout(top);
    column->addLayout(charts, 1);
    link(m_throughput, m_memory);
    link(m_memory, m_throughput);
    connect(m_axis, &QComboBox::currentIndexChanged, this, [this] {
        for (Chart* chart : {m_throughput, m_memory}) {
            chart->setView(std::nullopt);
            chart->setReadout(std::nullopt);
        }
        draw();
    });
}

CompareCharts::~CompareCharts() {
    for (Chart* chart : {m_throughput, m_memory}) chart->setLines({});  // the stores go before the charts
}

/// Zoom and read-out move together.
void CompareCharts::link(Chart* source, Chart* other) {
    connect(source, &Chart::viewChanged, other,
            [other](const std::optional<StepRange>& view) { other->setView(view); });
    connect(source, &Chart::readoutChanged, other,
            [other](const std::optional<qint64>& step) { other->setReadout(step); });
}

void CompareCharts::setComparison(const ShownComparison& shown) {
    const ShownComparison before = std::exchange(m_shown, shown);  // lives until the charts have let go of it
    if (before.sides != m_shown.sides) {
        for (Chart* chart : {m_throughput, m_memory}) chart->setView(std::nullopt);
    }
    draw();
}

void CompareCharts::draw() {
    const bool byTime = m_axis->currentData().toInt() == ByTime;
    Drawing drawing;
    for (std::size_t i = 0; i < m_shown.sides.size(); ++i) {
        if (!m_shown.sides[i]->column) continue;
        drawing.add(*m_shown.sides[i], i, byTime ? *m_shown.byTime[i] : *m_shown.byIteration[i]);
    }
    for (Chart* chart : {m_throughput, m_memory}) chart->setStepUnit(byTime ? m_shown.binSeconds : 1);
    m_throughput->setLines(std::move(drawing.throughput));
    m_memory->setLines(std::move(drawing.memory));
    m_throughput->setLevels(std::move(drawing.throughputLevels));
    m_memory->setLevels(std::move(drawing.memoryLevels));
}

QString CompareCharts::stepName(qint64 step) const {
    if (m_axis->currentData().toInt() == ByIteration) return tr("Iteration %1").arg(integerText(step));
    return tr("%1 s").arg(QLocale().toString(static_cast<double>(step) * m_shown.binSeconds, 'g', 6));
}

}  // namespace arcmeter::ui

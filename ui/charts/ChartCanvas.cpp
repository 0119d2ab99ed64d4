// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartCanvas.h"

#include <QAreaSeries>
#include <QElapsedTimer>
#include <QGraphicsLayout>
#include <QLineSeries>
#include <QPainter>
#include <QValueAxis>
#include <algorithm>
#include <cmath>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

/// A reference this many times above the data is named at the edge instead of flattening the curve.
constexpr double far_factor = 4;

/// So that a steady curve does not run along the upper edge.
constexpr double headroom = 1.04;

constexpr double mebibyte = 1048576.0;
constexpr double gibibyte = 1073741824.0;

QPen linePen(const ChartLine& line, const ThemeColors& colors) {
    QPen pen(line.color.in(colors), line.dashed ? 1.5 : 1.8, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    pen.setCosmetic(true);
    if (line.dashed) pen.setDashPattern({5, 3});
    return pen;
}

}  // namespace

ChartCanvas::ChartCanvas(const ChartSetup& setup, QWidget* parent)
    : QChartView(parent), m_setup(setup), m_colors(themeColors(palette())), m_chart(new QChart) {
    m_chart->legend()->hide();
    m_chart->setMargins(QMargins(0, 4, 6, 0));
    m_chart->setBackgroundVisible(false);
    m_chart->setPlotAreaBackgroundVisible(false);
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->setLocalizeNumbers(true);
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    makeAxes();
    setChart(m_chart);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumHeight(90);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setAccessibleName(m_setup.title);
}

ChartCanvas::~ChartCanvas() {
    removeDrawn();
}

void ChartCanvas::makeAxes() {
    m_x = new QValueAxis;
    m_y = new QValueAxis;
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    m_x->setLabelFormat(QStringLiteral("%.0f"));  // Qt Charts shows nothing for "%d" with localised numbers
    m_x->setGridLineVisible(false);
    m_y->setLineVisible(false);
    for (QValueAxis* axis : {m_x, m_y}) {
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setLabelsFont(textFont(TextRole::Small));
        styleAxis(axis);
    }
    scaleX({1, 2});
    scaleY(0, 1);
}

void ChartCanvas::styleAxis(QValueAxis* axis) {
    axis->setLabelsColor(m_colors.muted);
    axis->setLinePen(QPen(m_colors.border, 1));
    axis->setGridLinePen(QPen(m_colors.grid, 1));
}

void ChartCanvas::setColors(const ThemeColors& colors) {
    m_colors = colors;
    styleAxis(m_x);
    styleAxis(m_y);
    styleSeries();
    viewport()->update();
}

void ChartCanvas::setLines(std::vector<ChartLine> newLines) {
    const bool sameSeries = newLines.size() == lines.size();
    lines = std::move(newLines);
    if (!sameSeries) removeDrawn();
    m_drawn.resize(lines.size());
    styleSeries();
}

void ChartCanvas::removeDrawn() {
    for (Drawn& drawn : m_drawn) {
        // A series must leave its chart before it is deleted. An area does not own the lines along its edges.
        if (drawn.area) {
            m_chart->removeSeries(drawn.area);
            delete drawn.area->upperSeries();
            delete drawn.area->lowerSeries();
            delete drawn.area;
        }
        for (QLineSeries* series : drawn.stretches) {
            m_chart->removeSeries(series);
            delete series;
        }
    }
    m_drawn.clear();
}

void ChartCanvas::styleSeries() {
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
        for (QLineSeries* series : m_drawn[i].stretches) series->setPen(linePen(lines[i], m_colors));
        if (m_drawn[i].area) {
            m_drawn[i].area->setBrush(lines[i].color.in(m_colors));
            m_drawn[i].area->setPen(Qt::NoPen);
        }
    }
}

QLineSeries* ChartCanvas::addStretch(Drawn& drawn, const ChartLine& line) {
    auto* series = new QLineSeries;
    series->setPen(linePen(line, m_colors));
    m_chart->addSeries(series);
    series->attachAxis(m_x);
    series->attachAxis(m_y);
    drawn.stretches.push_back(series);
    return series;
}

// ---- what is shown

StepRange ChartCanvas::fullRange() const {
    qint64 first = std::numeric_limits<qint64>::max();
    qint64 end = std::max<qint64>(expectedSteps + 1, 11);
    for (const ChartLine& line : lines) {
        if (!line.data || line.data->isEmpty()) continue;
        first = std::min(first, line.data->begin());
        end = std::max(end, line.data->end());
    }
    if (first == std::numeric_limits<qint64>::max()) first = 1;
    if (end - 1 <= expectedSteps) return {first, expectedSteps + 1};
    // Beyond what was expected the axis grows by whole ticks.
    const AxisScale scale = roundScale(static_cast<double>(first), static_cast<double>(end - 1), 8, true);
    return {first, static_cast<qint64>(scale.max) + 1};
}

StepRange ChartCanvas::shownSteps() const {
    return view ? *view : fullRange();
}

bool ChartCanvas::hasValues() const {
    return std::any_of(lines.begin(), lines.end(),
                       [](const ChartLine& line) { return line.data && !line.data->isEmpty(); });
}

void ChartCanvas::scaleX(const StepRange& steps) {
    const int ticks = std::max(3, static_cast<int>(width() / 90));
    AxisScale scale = roundScale(static_cast<double>(steps.from) * stepUnit,
                                 static_cast<double>(steps.to - 1) * stepUnit, ticks, stepUnit == 1);
    scale.min = static_cast<double>(steps.from == 1 ? 0 : steps.from) * stepUnit;
    scale.max = static_cast<double>(std::max(steps.to - 1, steps.from + 1)) * stepUnit;
    if (scale == m_xScale) return;
    m_xScale = scale;
    m_x->setLabelFormat(QStringLiteral("%.%1f").arg(stepUnit == 1 ? 0 : scale.decimals));
    m_x->setTickInterval(scale.interval);
    m_x->setRange(scale.min, scale.max);
}

void ChartCanvas::scaleY(double low, double high) {
    const int ticks = std::max(2, static_cast<int>(height() / 45));
    const AxisScale scale = roundScale(low, high, ticks);
    if (scale == m_yScale) return;
    m_yScale = scale;
    m_y->setLabelFormat(QStringLiteral("%.%1f").arg(scale.decimals));
    m_y->setTickInterval(scale.interval);
    m_y->setRange(scale.min, scale.max);
}

/// Smallest and largest value of the lines. A warm-up far above the measured steps is cut off at twice their
/// height: its first step can take a hundred times as long as the others.
std::pair<double, double> ChartCanvas::linesRange(const StepRange& steps) const {
    SeriesStore::Summary all;
    for (const ChartLine& line : lines) {
        if (line.data) all.add(line.data->summary(steps.from, steps.to));
    }
    if (all.count == 0) return {0, 0};
    SeriesStore::Summary measured;
    for (const ChartLine& line : lines) {
        if (!line.data) continue;
        qint64 from = steps.from;
        for (const ChartBand& band : bands) {
            if (band.kind != ChartBand::Kind::Quiet) continue;
            if (band.from > from) measured.add(line.data->summary(from, std::min(band.from, steps.to)));
            from = std::max(from, band.to);
        }
        if (from < steps.to) measured.add(line.data->summary(from, steps.to));
    }
    if (m_setup.fromZero && measured.count > 0)
        all.max = std::min(all.max, std::max(measured.max * 2, 1e-12));
    return {all.min, all.max};
}

std::pair<double, double> ChartCanvas::valueRange(const StepRange& steps) const {
    auto [low, high] = linesRange(steps);
    const bool empty = !hasValues();
    double nearest = 0;
    for (const ChartLevel& level : levels) {
        if (empty || level.value <= high * far_factor) high = std::max(high, level.value);
        nearest = nearest == 0 ? level.value : std::min(nearest, level.value);
    }
    if (m_setup.fromZero) low = 0;
    if (m_setup.fromZero) high *= headroom;
    if (high <= low) high = low + (nearest > low ? nearest : 1);
    return {low, high};
}

void ChartCanvas::chooseUnit(double highest) {
    m_unitSize = m_setup.values != ChartValues::Bytes ? 1 : highest >= gibibyte ? gibibyte : mebibyte;
}

QString ChartCanvas::unit() const {
    if (m_setup.values != ChartValues::Bytes) return m_setup.unit;
    return m_unitSize == gibibyte ? QStringLiteral("GiB") : QStringLiteral("MiB");
}

void ChartCanvas::redraw() {
    QElapsedTimer timer;
    timer.start();
    const StepRange steps = shownSteps();
    const int columns = std::max(static_cast<int>(m_chart->plotArea().width()), 50);
    scaleX(steps);
    m_points = 0;
    if (m_setup.kind == ChartKind::Stacked) {
        redrawStack(steps, columns);
    } else {
        redrawLines(steps, columns);
    }
    describe();
    viewport()->update();
    m_updateMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void ChartCanvas::redrawLines(const StepRange& steps, int columns) {
    const auto [low, high] = valueRange(steps);
    chooseUnit(high);
    scaleY(low / m_unitSize, high / m_unitSize);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::vector<QList<QPointF>> stretches;
        if (lines[i].data) stretches = lines[i].data->lines(steps.from, steps.to, columns);
        Drawn& drawn = m_drawn[i];
        while (drawn.stretches.size() < stretches.size()) addStretch(drawn, lines[i]);
        for (std::size_t k = 0; k < drawn.stretches.size(); ++k) {
            QList<QPointF> points = k < stretches.size() ? std::move(stretches[k]) : QList<QPointF>();
            for (QPointF& point : points) {
                point.rx() *= stepUnit;
                point.ry() /= m_unitSize;
            }
            m_points += static_cast<int>(points.size());
            if (points.isEmpty() && drawn.stretches[k]->count() == 0) continue;
            drawn.stretches[k]->replace(points);
        }
    }
}

void ChartCanvas::redrawStack(const StepRange& steps, int columns) {
    QList<QPointF> below;
    double highest = 0;
    double measured = 0;
    std::vector<QList<QPointF>> tops;
    for (const ChartLine& line : lines) {
        QList<QPointF> top = line.data ? line.data->means(steps.from, steps.to, columns) : QList<QPointF>();
        for (qsizetype i = 0; i < top.size() && i < below.size(); ++i) top[i].ry() += below[i].y();
        below = top;
        tops.push_back(std::move(top));
    }
    for (const QPointF& point : below) {
        const bool warm = std::any_of(bands.begin(), bands.end(), [&point](const ChartBand& band) {
            return band.kind == ChartBand::Kind::Quiet && point.x() >= static_cast<double>(band.from) &&
                   point.x() < static_cast<double>(band.to);
        });
        highest = std::max(highest, point.y());
        if (!warm) measured = std::max(measured, point.y());
    }
    if (measured > 0) highest = std::min(highest, 2 * measured);
    scaleY(0, highest > 0 ? highest : 1);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Drawn& drawn = m_drawn[i];
        if (!drawn.area) {
            drawn.area = new QAreaSeries(new QLineSeries, new QLineSeries);
            m_chart->addSeries(drawn.area);
            drawn.area->attachAxis(m_x);
            drawn.area->attachAxis(m_y);
            styleSeries();
        }
        QList<QPointF> floor = i > 0 ? tops[i - 1] : tops[i];
        if (i == 0) {
            for (QPointF& point : floor) point.setY(0);
        }
        m_points += static_cast<int>(tops[i].size());
        drawn.area->upperSeries()->replace(tops[i]);
        drawn.area->lowerSeries()->replace(floor);
    }
}

// ---- painting

PlotMap ChartCanvas::map() const {
    return {m_chart->plotArea(), m_xScale.min / stepUnit, m_xScale.max / stepUnit, m_yScale.min,
            m_yScale.max};
}

void ChartCanvas::paintEvent(QPaintEvent* event) {
    QElapsedTimer timer;
    timer.start();
    QChartView::paintEvent(event);
    m_paintMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void ChartCanvas::drawBackground(QPainter* painter, const QRectF& rect) {
    painter->fillRect(rect, m_colors.card);
    paintBands(*painter, map(), bands, m_colors);
}

QString ChartCanvas::valueText(double value) const {
    if (!std::isfinite(value)) return unknownText();
    switch (m_setup.values) {
        case ChartValues::Bytes:
            return bytesText(value);
        case ChartValues::Milliseconds:
            return millisecondsText(value);
        case ChartValues::Plain:
            break;
    }
    return numberText(value);
}

std::vector<LevelMark> ChartCanvas::levelMarks() const {
    std::vector<LevelMark> marks;
    for (const ChartLevel& level : levels) {
        marks.push_back(
            {level.label.isEmpty() ? valueText(level.value) : level.label + ' ' + valueText(level.value),
             level.value / m_unitSize, level.color.in(m_colors), level.dashed});
    }
    return marks;
}

std::vector<ReadoutRow> ChartCanvas::readoutRows(qint64 step) const {
    std::vector<ReadoutRow> rows;
    const bool stacked = m_setup.kind == ChartKind::Stacked;
    double total = 0;
    for (const ChartLine& line : lines) {
        if (!line.data || step >= line.data->end()) continue;
        const double value = line.data->at(step);
        if (stacked && !(value > 0)) continue;  // nothing of it is on the screen
        total += value;
        rows.push_back({line.name, valueText(value), line.color.in(m_colors)});
    }
    if (stacked && !rows.empty()) {
        rows.push_back({tr("Together"), valueText(total), m_colors.muted});
        std::reverse(rows.begin(), rows.end());  // as they lie on the screen
    }
    return rows;
}

void ChartCanvas::drawForeground(QPainter* painter, const QRectF&) {
    const QFont font = textFont(TextRole::Small);
    painter->setRenderHint(QPainter::Antialiasing);
    paintLevels(*painter, map(), levelMarks(), font, m_colors);
    if (!hasValues() && !emptyText.isEmpty()) {
        painter->setFont(font);
        painter->setPen(m_colors.muted);
        painter->drawText(map().area, Qt::AlignCenter | Qt::TextWordWrap, emptyText);
    }
    if (m_dragFrom) paintSelection(*painter, map(), *m_dragFrom, m_dragTo, m_colors);
    if (readout && !m_dragFrom) {
        const std::vector<ReadoutRow> rows = readoutRows(*readout);
        const QString heading = stepName ? stepName(*readout) : tr("Step %1").arg(integerText(*readout));
        if (!rows.empty()) paintReadout(*painter, map(), *readout, heading, rows, font, m_colors);
    }
    if (hasFocus()) {
        painter->setPen(QPen(m_colors.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

/// The screen reader's words for what the chart shows now.
void ChartCanvas::describe() {
    QStringList words;
    for (const ChartLine& line : lines) {
        if (!line.data || line.data->isEmpty()) continue;
        words << tr("%1: last %2").arg(line.name, valueText(line.data->at(line.data->end() - 1)));
    }
    for (const ChartLevel& level : levels) words << level.name + ' ' + valueText(level.value);
    setAccessibleDescription(words.isEmpty() ? emptyText : words.join(QStringLiteral("; ")));
}

}  // namespace arcmeter::ui

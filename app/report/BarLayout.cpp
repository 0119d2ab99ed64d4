// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/BarLayout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace arcmeter::app {
namespace {

constexpr double leftMargin = 52;
constexpr double rightMargin = 8;
constexpr double topMargin = 34;  // the legend, and room for the highest bar's value
constexpr double bottomMargin = 22;
constexpr double groupShare = 0.8;  // of a category's width that its bars take
constexpr int tickCount = 4;
constexpr double letterWidth = 6.2;  // of the legend's names, about

double largestValue(const ReportChart& chart) {
    double largest = 0;
    for (const ReportChart::Series& series : chart.series) {
        for (const auto& value : series.values) largest = std::max(largest, value.value_or(0));
    }
    return largest;
}

/// The next 1, 2, 2.5 or 5 times a power of ten.
double niceStep(double least) {
    if (least <= 0) return 1;
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= least) return factor * power;
    }
    return 10 * power;
}

void addLegend(const ReportChart& chart, BarLayout& layout) {
    double x = layout.plot.left();
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
        const QString& name = chart.series[s].name;
        layout.legend.push_back({QRectF(x, 4, 10, 10), s, name});
        x += 24 + letterWidth * static_cast<double>(name.size());
    }
}

void addTicks(double step, BarLayout& layout) {
    for (int i = 0; i <= tickCount; ++i) {
        const double y = layout.plot.bottom() - layout.plot.height() * i / tickCount;
        layout.ticks.push_back({QPointF(layout.plot.left() - 5, y), QString::number(step * i)});
    }
}

}  // namespace

BarLayout layoutBars(const ReportChart& chart, double width, double height) {
    BarLayout layout;
    layout.width = width;
    layout.height = height;
    layout.plot =
        QRectF(leftMargin, topMargin, width - leftMargin - rightMargin, height - topMargin - bottomMargin);
    const double step = niceStep(largestValue(chart) / tickCount);
    const double scale = layout.plot.height() / (step * tickCount);
    const auto groups = static_cast<double>(std::max<qsizetype>(1, chart.categories.size()));
    const double groupWidth = layout.plot.width() / groups;
    const double barWidth =
        groupWidth * groupShare / static_cast<double>(std::max<std::size_t>(1, chart.series.size()));
    for (qsizetype c = 0; c < chart.categories.size(); ++c) {
        const double left = layout.plot.left() + groupWidth * (static_cast<double>(c) + (1 - groupShare) / 2);
        layout.categories.push_back(
            {QPointF(left + groupWidth * groupShare / 2, layout.plot.bottom() + 14), chart.categories[c]});
        for (std::size_t s = 0; s < chart.series.size(); ++s) {
            const auto& value = chart.series[s].values[static_cast<std::size_t>(c)];
            if (!value) continue;
            const double barHeight = *value * scale;
            const double x = left + barWidth * static_cast<double>(s);
            layout.bars.push_back({QRectF(x, layout.plot.bottom() - barHeight, barWidth * 0.92, barHeight), s,
                                   QString::number(*value, 'f', *value < 10 ? 1 : 0)});
        }
    }
    addTicks(step, layout);
    addLegend(chart, layout);
    return layout;
}

QString barColor(std::size_t series) {
    static const std::array<const char*, 4> colors{"#0072B2", "#E69F00", "#009E73", "#CC79A7"};
    return QLatin1String(colors[series % colors.size()]);
}

}  // namespace arcmeter::app

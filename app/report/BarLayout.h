// SPDX-License-Identifier: GPL-3.0-or-later
// Where the bars, the axis and the labels of a ReportChart stand, so that every drawn format shows the same
// picture. Pure functions; units of the chart's own size, y downwards.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <vector>

#include "app/report/ReportDocument.h"

namespace arcmeter::app {

struct BarLayout {
    struct Bar {
        QRectF area;
        std::size_t series = 0;
        QString value;  ///< stands above the bar
    };
    struct Label {
        QPointF at;
        QString text;
    };
    struct Key {
        QRectF area;
        std::size_t series = 0;
        QString name;  ///< begins at the area's right edge
    };
    double width = 0;
    double height = 0;
    QRectF plot;  ///< what the axes enclose
    std::vector<Bar> bars;
    std::vector<Label> categories;  ///< centred, under the plot
    std::vector<Label> ticks;       ///< right-aligned, left of the plot, at their gridline
    std::vector<Key> legend;
};

BarLayout layoutBars(const ReportChart& chart, double width, double height);

/// Told apart by people with any of the common colour-vision deficiencies: "#0072B2".
QString barColor(std::size_t series);

}  // namespace arcmeter::app

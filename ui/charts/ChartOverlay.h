// SPDX-License-Identifier: GPL-3.0-or-later
// What a chart paints itself over and under the plot: warm-up bands, levels with their names, the read-out.
#pragma once

#include <QRectF>
#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

#include "ui/charts/Chart.h"

class QPainter;

namespace arcmeter::ui {

/// The plot on the screen: where a step and a value lie. Values are in the axis's unit.
struct PlotMap {
    QRectF area;
    double xMin = 0, xMax = 1, yMin = 0, yMax = 1;
    double x(double step) const { return area.left() + (step - xMin) / (xMax - xMin) * area.width(); }
    double y(double value) const { return area.bottom() - (value - yMin) / (yMax - yMin) * area.height(); }
    double stepAt(double pixel) const { return xMin + (pixel - area.left()) / area.width() * (xMax - xMin); }
};

struct LevelMark {
    QString text;  ///< name and value
    double value = 0;
    QColor color;
    bool dashed = true;
};

struct ReadoutRow {
    QString text;
    QString value;
    QColor color;
};

void paintBands(QPainter& painter, const PlotMap& map, const std::vector<ChartBand>& bands,
                const ThemeColors& colors);

/// Lines at their height with the name at the right end; names never overlap. A level above the axis is named
/// at the top edge with an arrow, so that a far figure does not flatten the curve and yet is not forgotten.
void paintLevels(QPainter& painter, const PlotMap& map, std::vector<LevelMark> levels, const QFont& font,
                 const ThemeColors& colors);

void paintReadout(QPainter& painter, const PlotMap& map, qint64 step, const QString& heading,
                  const std::vector<ReadoutRow>& rows, const QFont& font, const ThemeColors& colors);

void paintSelection(QPainter& painter, const PlotMap& map, double fromPixel, double toPixel,
                    const ThemeColors& colors);

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartOverlay.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

namespace arcmeter::ui {
namespace {

constexpr qsizetype least_letters = 6;  ///< of a band's label that was cut

QColor withAlpha(QColor color, double alpha) {
    color.setAlphaF(static_cast<float>(alpha));
    return color;
}

void paintLevelText(QPainter& painter, const QRectF& box, const QString& text, const QColor& color,
                    const ThemeColors& colors) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(withAlpha(colors.card, 0.82));
    painter.drawRoundedRect(box.adjusted(-3, 0, 3, 0), 3, 3);
    painter.setPen(color);
    painter.drawText(box, Qt::AlignVCenter | Qt::AlignRight, text);
}

void paintLevelLine(QPainter& painter, const PlotMap& map, const LevelMark& level) {
    QPen pen(level.color, 1.5, Qt::SolidLine, Qt::FlatCap);
    if (level.dashed) pen.setDashPattern({5, 3});
    painter.setPen(pen);
    const double y = map.y(level.value);
    painter.drawLine(QPointF(map.area.left(), y), QPointF(map.area.right(), y));
}

/// At the top of its band, one row lower where another band's label stands in the way. `rows`: where each
/// row's last label ends.
void paintBandLabel(QPainter& painter, const QRectF& band, const QString& label, const QColor& color,
                    std::vector<double>& rows) {
    const QFontMetricsF metrics(painter.font());
    const QString text = metrics.elidedText(label, Qt::ElideRight, band.width() - 6);
    if (text.size() < std::min<qsizetype>(label.size(), least_letters) || text.isEmpty()) return;
    const double width = metrics.horizontalAdvance(text) + 6;
    std::size_t row = 0;
    while (row < rows.size() && rows[row] > band.left()) ++row;
    const double top = band.top() + 2 + static_cast<double>(row) * metrics.height();
    if (top + metrics.height() > band.bottom()) return;
    if (row == rows.size()) rows.push_back(0);
    rows[row] = band.left() + width;
    painter.setPen(color);
    painter.drawText(QRectF(band.left() + 3, top, width, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     text);
}

}  // namespace

void paintBands(QPainter& painter, const PlotMap& map, const std::vector<ChartBand>& bands,
                const ThemeColors& colors) {
    painter.setFont(textFont(TextRole::Small));
    std::vector<double> rows;
    for (const ChartBand& band : bands) {
        const double left = std::max(map.x(static_cast<double>(band.from) - 0.5), map.area.left());
        const double right = std::min(map.x(static_cast<double>(band.to) - 0.5), map.area.right());
        if (right <= left) continue;
        const QColor color = bandColor(band.kind).in(colors);
        const QRectF area(left, map.area.top(), right - left, map.area.height());
        painter.fillRect(area, band.kind == ChartBand::Kind::Quiet ? colors.band : withAlpha(color, 0.16));
        paintBandLabel(painter, area, band.label, color, rows);
    }
}

void paintLevels(QPainter& painter, const PlotMap& map, std::vector<LevelMark> levels, const QFont& font,
                 const ThemeColors& colors) {
    std::sort(levels.begin(), levels.end(),
              [](const LevelMark& a, const LevelMark& b) { return a.value > b.value; });
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const double height = metrics.height() + 2;
    double free = map.area.top();  // where the next name may begin
    for (const LevelMark& level : levels) {
        if (level.value < map.yMin) continue;
        const bool above = level.value > map.yMax;
        if (!above) paintLevelLine(painter, map, level);
        const QString text = above ? QStringLiteral("↑ ") + level.text : level.text;
        const double width = std::min(metrics.horizontalAdvance(text) + 4, map.area.width() - 12);
        double top = above ? map.area.top() + 2 : map.y(level.value) - height - 1;
        top = std::max(top, free);
        if (top + height > map.area.bottom()) continue;  // the legend still names it
        free = top + height;
        const QRectF box(map.area.right() - width - 6, top, width, height);
        paintLevelText(painter, box, metrics.elidedText(text, Qt::ElideLeft, width), level.color, colors);
    }
}

void paintReadout(QPainter& painter, const PlotMap& map, qint64 step, const QString& heading,
                  const std::vector<ReadoutRow>& rows, const QFont& font, const ThemeColors& colors) {
    const double x = map.x(static_cast<double>(step));
    if (x < map.area.left() - 1 || x > map.area.right() + 1) return;
    painter.setPen(QPen(colors.muted, 1));
    painter.drawLine(QPointF(x, map.area.top()), QPointF(x, map.area.bottom()));

    const QFontMetricsF metrics(font);
    const double line = metrics.height() + 2;
    double names = 0, values = 0;
    for (const ReadoutRow& row : rows) {
        names = std::max(names, metrics.horizontalAdvance(row.text));
        values = std::max(values, metrics.horizontalAdvance(row.value));
    }
    const double width = std::max(names + values + 34, metrics.horizontalAdvance(heading) + 2) + 16;
    const double height = line * static_cast<double>(rows.size() + 1) + 12;
    const bool rightSide = x + 12 + width <= map.area.right();
    const double left = rightSide ? x + 12 : std::max(x - 12 - width, map.area.left());
    // In a low chart the box may cover the title rather than lose its last rows.
    const double top = std::max(0.0, std::min(map.area.top() + 6, map.area.bottom() - height));
    const QRectF box(left, top, width, height);
    painter.setPen(QPen(colors.border, 1));
    painter.setBrush(withAlpha(colors.card, 0.95));
    painter.drawRoundedRect(box, 6, 6);

    painter.setFont(font);
    painter.setPen(colors.muted);
    QRectF at(box.left() + 8, box.top() + 5, width - 16, line);
    painter.drawText(at, Qt::AlignLeft | Qt::AlignVCenter, heading);
    for (const ReadoutRow& row : rows) {
        at.translate(0, line);
        painter.fillRect(QRectF(at.left(), at.center().y() - 4, 8, 8), row.color);
        painter.setPen(colors.text);
        painter.drawText(at.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, row.text);
        painter.drawText(at, Qt::AlignRight | Qt::AlignVCenter, row.value);
    }
}

void paintSelection(QPainter& painter, const PlotMap& map, double fromPixel, double toPixel,
                    const ThemeColors& colors) {
    const double left = std::clamp(std::min(fromPixel, toPixel), map.area.left(), map.area.right());
    const double right = std::clamp(std::max(fromPixel, toPixel), map.area.left(), map.area.right());
    painter.setPen(QPen(colors.accent, 1));
    painter.setBrush(withAlpha(colors.accent, 0.15));
    painter.drawRect(QRectF(left, map.area.top(), right - left, map.area.height()));
}

}  // namespace arcmeter::ui

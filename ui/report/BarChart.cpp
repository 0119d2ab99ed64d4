// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/BarChart.h"

#include <QPainter>

#include "app/report/BarLayout.h"

namespace arcmeter::ui {
namespace {

constexpr int chart_height = 230;

void drawCentred(QPainter& painter, const QPointF& at, const QString& text) {
    painter.drawText(QRectF(at.x() - 60, at.y() - 10, 120, 14), Qt::AlignCenter, text);
}

}  // namespace

BarChart::BarChart(app::ReportChart chart, QWidget* parent) : QFrame(parent), m_chart(std::move(chart)) {
    setMinimumHeight(chart_height);
    setMaximumWidth(760);
    setAccessibleName(m_chart.title);
    setAccessibleDescription(tr("A chart of the table before it"));
}

void BarChart::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBars(painter, QRectF(rect()), themeColors(palette()));
}

void BarChart::paintForExport(QPainter& painter, const QRectF& area, const QString& footer) {
    const ThemeColors colors = paperColors();
    painter.fillRect(area, colors.card);
    painter.setPen(colors.text);
    painter.setFont(textFont(TextRole::Heading));
    const double titleHeight = 7.0 * space, footerHeight = 5.0 * space;
    painter.drawText(QRectF(area.left() + 2 * space, area.top(), area.width() - 4 * space, titleHeight),
                     Qt::AlignLeft | Qt::AlignVCenter, m_chart.title);
    paintBars(painter, area.adjusted(0, titleHeight, 0, -footerHeight), colors);
    painter.setPen(colors.muted);
    painter.setFont(textFont(TextRole::Small));
    painter.drawText(
        QRectF(area.left() + 2 * space, area.bottom() - footerHeight, area.width() - 4 * space, footerHeight),
        Qt::AlignLeft | Qt::AlignVCenter, footer);
}

void BarChart::paintBars(QPainter& painter, const QRectF& area, const ThemeColors& colors) const {
    const app::BarLayout layout = app::layoutBars(m_chart, area.width(), area.height());
    painter.save();
    painter.translate(area.topLeft());
    painter.setFont(textFont(TextRole::Small));
    for (const app::BarLayout::Label& tick : layout.ticks) {
        painter.setPen(colors.grid);
        painter.drawLine(QPointF(layout.plot.left(), tick.at.y()), QPointF(layout.plot.right(), tick.at.y()));
        painter.setPen(colors.muted);
        painter.drawText(QRectF(tick.at.x() - 60, tick.at.y() - 8, 60, 16), Qt::AlignRight | Qt::AlignVCenter,
                         tick.text);
    }
    painter.setPen(colors.muted);
    painter.drawText(QRectF(layout.plot.right() - 200, 0, 200, 18), Qt::AlignRight | Qt::AlignVCenter,
                     m_chart.unit);
    for (const app::BarLayout::Key& key : layout.legend) {
        painter.fillRect(key.area, colors.series[key.series % colors.series.size()]);
        painter.setPen(colors.text);
        painter.drawText(QPointF(key.area.right() + 4, key.area.bottom()), key.name);
    }
    for (const app::BarLayout::Bar& bar : layout.bars) {
        painter.fillRect(bar.area, colors.series[bar.series % colors.series.size()]);
        painter.setPen(colors.text);
        drawCentred(painter, QPointF(bar.area.center().x(), bar.area.top() - 4), bar.value);
    }
    painter.setPen(colors.muted);
    for (const app::BarLayout::Label& category : layout.categories)
        drawCentred(painter, category.at, category.text);
    painter.restore();
}

}  // namespace arcmeter::ui

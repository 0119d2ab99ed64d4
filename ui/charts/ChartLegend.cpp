// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartLegend.h"

#include <QPainter>

namespace arcmeter::ui {
namespace {

constexpr double mark_width = 18;
constexpr double gap = 14;

void paintMark(QPainter& painter, const LegendEntry& entry, const QRectF& box, const ThemeColors& colors) {
    const QColor color = entry.color.in(colors);
    if (entry.mark == LegendEntry::Mark::Area || entry.mark == LegendEntry::Mark::Band) {
        const QRectF square(box.left() + 4, box.center().y() - 5, 10, 10);
        painter.setPen(entry.mark == LegendEntry::Mark::Band ? QPen(colors.border) : QPen(Qt::NoPen));
        QColor shade = color;
        shade.setAlphaF(0.3F);
        const bool quiet = entry.color.set == ColorKey::Set::Muted;
        painter.setBrush(entry.mark == LegendEntry::Mark::Area ? color : quiet ? colors.band : shade);
        painter.drawRoundedRect(square, 2, 2);
        return;
    }
    QPen pen(color, 2, Qt::SolidLine, Qt::FlatCap);
    if (entry.mark == LegendEntry::Mark::Dashes) pen.setDashPattern({2.5, 1.5});
    painter.setPen(pen);
    painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right() - 3, box.center().y()));
}

}  // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent) {
    setFont(textFont(TextRole::Small));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ChartLegend::setEntries(std::vector<LegendEntry> entries) {
    m_entries = std::move(entries);
    fitHeight();
    update();
}

double ChartLegend::layOut(const std::vector<LegendEntry>& entries, QPainter* painter, const QPointF& origin,
                           double width, const QFont& font, const ThemeColors& colors) {
    const QFontMetricsF metrics(font);
    const double row = metrics.height() + 4;
    QPointF at = origin;
    for (const LegendEntry& entry : entries) {
        const QString name =
            metrics.elidedText(entry.name, Qt::ElideRight, std::max(40.0, width - mark_width - 4));
        const double needed = mark_width + 3 + metrics.horizontalAdvance(name);
        if (at.x() > origin.x() && at.x() + needed > origin.x() + width)
            at = QPointF(origin.x(), at.y() + row);
        if (painter) {
            paintMark(*painter, entry, QRectF(at, QSizeF(mark_width, row)), colors);
            painter->setPen(colors.muted);
            painter->setFont(font);
            painter->drawText(QRectF(at.x() + mark_width + 3, at.y(), needed, row),
                              Qt::AlignVCenter | Qt::AlignLeft, name);
        }
        at.rx() += needed + gap;
    }
    return entries.empty() ? 0 : at.y() - origin.y() + row;
}

void ChartLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    layOut(m_entries, &painter, {0, 0}, width(), font(), themeColors(palette()));
}

void ChartLegend::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitHeight();
}

void ChartLegend::fitHeight() {
    setFixedHeight(
        static_cast<int>(layOut(m_entries, nullptr, {0, 0}, width(), font(), themeColors(palette()))));
}

}  // namespace arcmeter::ui

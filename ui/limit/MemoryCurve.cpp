// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/limit/MemoryCurve.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

constexpr double gibibyte = 1073741824.0;
constexpr double mark = 4;

}  // namespace

/// Where things lie in one painting. Values are bytes.
struct MemoryCurve::Frame {
    QRectF plot;
    ThemeColors colors;
    AxisScale x;
    AxisScale y;  ///< in GiB

    double left(double value) const { return plot.left() + (value - x.min) / (x.max - x.min) * plot.width(); }
    double top(double bytes) const {
        return plot.bottom() - (bytes / gibibyte - y.min) / (y.max - y.min) * plot.height();
    }
};

MemoryCurve::MemoryCurve(QWidget* parent) : QFrame(parent) {
    setProperty("card", true);
    setMinimumSize(420, 220);
    setObjectName(QStringLiteral("memoryCurve"));
}

void MemoryCurve::setCurve(const QString& title, const QString& valueName, const protocol::Plan& plan) {
    m_title = title;
    m_valueName = valueName;
    m_points = plan.limit ? plan.limit->curve : std::vector<protocol::LimitPoint>{};
    m_found = plan.limit ? plan.limit->found : 0;
    m_limit = plan.memory_available_bytes;
    m_emptyText.clear();
    describe();
    update();
}

void MemoryCurve::setProbes(std::vector<app::SearchProbe> probes) {
    m_probes = std::move(probes);
    describe();
    update();
}

void MemoryCurve::clear(const QString& emptyText) {
    m_points.clear();
    m_probes.clear();
    m_emptyText = emptyText;
    describe();
    update();
}

void MemoryCurve::describe() {
    setAccessibleName(m_title);
    setAccessibleDescription(m_points.empty()
                                 ? m_emptyText
                                 : tr("From %1 at %2 to %3 at %4; the limit is %5, reached at %6.")
                                       .arg(bytesText(static_cast<double>(m_points.front().memory_total)),
                                            integerText(m_points.front().value),
                                            bytesText(static_cast<double>(m_points.back().memory_total)),
                                            integerText(m_points.back().value),
                                            bytesText(static_cast<double>(m_limit)), integerText(m_found)));
}

MemoryCurve::Frame MemoryCurve::frameFor(const QRectF& area, const ThemeColors& colors) const {
    Frame frame;
    frame.colors = colors;
    double largest = static_cast<double>(m_points.back().value);
    double most = static_cast<double>(std::max(m_limit, m_points.back().memory_total));
    for (const app::SearchProbe& probe : m_probes) {
        largest = std::max(largest, static_cast<double>(probe.value));
        most = std::max(most, static_cast<double>(probe.peakBytes.value_or(0)));
    }
    const QFontMetricsF metrics(textFont(TextRole::Small));
    frame.plot = area.adjusted(metrics.horizontalAdvance(QStringLiteral("000.00")) + 12, metrics.height() + 6,
                               -16, -2 * metrics.height() - 8);
    frame.x = roundScale(0, largest, std::max(2, static_cast<int>(frame.plot.width() / 110)), true);
    frame.y = roundScale(0, most / gibibyte * 1.03, std::max(2, static_cast<int>(frame.plot.height() / 40)));
    return frame;
}

void MemoryCurve::paintAxes(QPainter& painter, const Frame& frame) const {
    painter.setFont(textFont(TextRole::Small));
    const double line = painter.fontMetrics().height();
    const QLocale locale;
    for (double gib = frame.y.min; gib <= frame.y.max + frame.y.interval / 2; gib += frame.y.interval) {
        const double y = frame.top(gib * gibibyte);
        painter.setPen(QPen(frame.colors.grid, 1));
        painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
        painter.setPen(frame.colors.muted);
        painter.drawText(QRectF(0, y - line / 2, frame.plot.left() - 6, line),
                         Qt::AlignRight | Qt::AlignVCenter, locale.toString(gib, 'f', frame.y.decimals));
    }
    painter.drawText(QRectF(0, frame.plot.top() - line - 4, frame.plot.left() - 6, line), Qt::AlignRight,
                     QStringLiteral("GiB"));
    for (double value = frame.x.min; value <= frame.x.max; value += frame.x.interval) {
        painter.drawText(QRectF(frame.left(value) - 60, frame.plot.bottom() + 4, 120, line), Qt::AlignHCenter,
                         integerText(static_cast<qint64>(value)));
    }
    painter.drawText(QRectF(frame.plot.left(), frame.plot.bottom() + 4 + line, frame.plot.width(), line),
                     Qt::AlignHCenter, m_valueName);
}

void MemoryCurve::paintLevels(QPainter& painter, const Frame& frame) const {
    if (m_limit > 0) {
        QPen pen(frame.colors.bad, 1.5);
        pen.setDashPattern({5, 3});
        painter.setPen(pen);
        const double y = frame.top(static_cast<double>(m_limit));
        painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
        painter.setPen(frame.colors.text);
        painter.drawText(QPointF(frame.plot.left() + 4, y - 4),
                         tr("Limit %1").arg(bytesText(static_cast<double>(m_limit))));
    }
    if (m_found > 0) {
        painter.setPen(QPen(frame.colors.muted, 1, Qt::DotLine));
        const double x = frame.left(static_cast<double>(m_found));
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()));
        painter.setPen(frame.colors.text);
        const double wide = painter.fontMetrics().horizontalAdvance(integerText(m_found)) + 8;
        painter.drawText(
            QRectF(x - wide, frame.plot.bottom() - painter.fontMetrics().height() - 2, wide - 4, 20),
            Qt::AlignRight | Qt::AlignTop, integerText(m_found));
    }
}

void MemoryCurve::paintProbes(QPainter& painter, const Frame& frame) const {
    for (const app::SearchProbe& probe : m_probes) {
        const auto bytes = probe.peakBytes ? probe.peakBytes : probe.plannedBytes;
        if (!bytes) continue;
        const QPointF at(frame.left(static_cast<double>(probe.value)),
                         std::max(frame.plot.top(), frame.top(static_cast<double>(*bytes))));
        if (probe.outcome == app::SearchProbe::Outcome::Works) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(frame.colors.good);
            painter.drawEllipse(at, mark, mark);
        } else {
            painter.setPen(QPen(frame.colors.bad, 2));
            painter.drawLine(at + QPointF(-mark, -mark), at + QPointF(mark, mark));
            painter.drawLine(at + QPointF(-mark, mark), at + QPointF(mark, -mark));
        }
    }
}

void MemoryCurve::paintAll(QPainter& painter, const QRectF& area, const ThemeColors& colors) {
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_points.size() < 2) {
        painter.setPen(colors.muted);
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const Frame frame = frameFor(area, colors);
    paintAxes(painter, frame);
    QPainterPath path;
    for (const protocol::LimitPoint& point : m_points) {
        const QPointF at(frame.left(static_cast<double>(point.value)),
                         frame.top(static_cast<double>(point.memory_total)));
        path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colors.series[0], 1.8));
    painter.drawPath(path);
    paintLevels(painter, frame);
    paintProbes(painter, frame);
}

void MemoryCurve::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    QPainter painter(this);
    paintAll(painter, QRectF(rect()).adjusted(8, 8, -8, -8), themeColors(palette()));
}

void MemoryCurve::paintForExport(QPainter& painter, const QRectF& area, const QString& footer) {
    const ThemeColors colors = paperColors();
    painter.fillRect(area, colors.card);
    const QRectF inner = area.adjusted(14, 10, -14, -10);
    const QFont heading = textFont(TextRole::Heading);
    const double headingHeight = QFontMetricsF(heading).height() + 4;
    painter.setFont(heading);
    painter.setPen(colors.text);
    painter.drawText(QRectF(inner.topLeft(), QSizeF(inner.width(), headingHeight)),
                     Qt::AlignLeft | Qt::AlignVCenter, m_title);
    const QFont small = textFont(TextRole::Small);
    const QRectF footerBox = QFontMetricsF(small).boundingRect(
        QRectF(inner.left(), 0, inner.width(), inner.height()), Qt::TextWordWrap, footer);
    paintAll(painter, inner.adjusted(0, headingHeight, 0, -footerBox.height() - 8), colors);
    painter.setFont(small);
    painter.setPen(colors.muted);
    painter.drawText(
        QRectF(inner.left(), inner.bottom() - footerBox.height(), inner.width(), footerBox.height()),
        Qt::AlignLeft | Qt::TextWordWrap, footer);
}

bool MemoryCurve::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || m_points.size() < 2) return QFrame::event(event);
    auto* help = static_cast<QHelpEvent*>(event);
    const Frame frame = frameFor(QRectF(rect()).adjusted(8, 8, -8, -8), themeColors(palette()));
    const auto nearest =
        std::min_element(m_points.begin(), m_points.end(), [&](const auto& a, const auto& b) {
            const double x = help->pos().x();
            return std::abs(frame.left(static_cast<double>(a.value)) - x) <
                   std::abs(frame.left(static_cast<double>(b.value)) - x);
        });
    QToolTip::showText(
        help->globalPos(),
        tr("%1: %2").arg(integerText(nearest->value), bytesText(static_cast<double>(nearest->memory_total))),
        this);
    return true;
}

}  // namespace arcmeter::ui

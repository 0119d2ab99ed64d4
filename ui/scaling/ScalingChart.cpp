// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/scaling/ScalingChart.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/format/Format.h"

namespace arcmeter::ui {
namespace {

constexpr double near_pixels = 12;

QPen penOf(const ScalingCurve& curve, const ThemeColors& colors) {
    QPen pen(colors.series[static_cast<std::size_t>(curve.color) % colors.series.size()], 1.8);
    if (curve.kind == ScalingCurve::Kind::Projected) pen.setDashPattern({5, 3});
    pen.setCapStyle(Qt::FlatCap);
    return pen;
}

void paintMark(QPainter& painter, const QPointF& at, ScalingCurve::Kind kind) {
    constexpr double half = 3.5;
    if (kind == ScalingCurve::Kind::Own) painter.drawEllipse(at, half, half);
    if (kind == ScalingCurve::Kind::Published)
        painter.drawRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half));
}

}  // namespace

/// Where things lie in one painting.
struct ScalingChart::Frame {
    QRectF plot;
    ThemeColors colors;
    double mostDevices = 2;
    double low = 0;  ///< of the values; logarithms where `logarithmic`
    double high = 1;
    bool logarithmic = true;

    double x(double devices) const {
        return plot.left() + std::log2(devices) / std::log2(mostDevices) * plot.width();
    }
    double y(double value) const {
        const double place = logarithmic ? std::log10(value) : value;
        return plot.bottom() - (place - low) / (high - low) * plot.height();
    }
};

ScalingChart::ScalingChart(QWidget* parent) : QFrame(parent), m_title(tr("Scaling")) {
    setProperty("card", true);
    setMinimumHeight(220);
    setObjectName(QStringLiteral("scalingChart"));
    setAccessibleName(m_title);
}

void ScalingChart::setCurves(std::vector<ScalingCurve> curves) {
    m_curves = std::move(curves);
    describe();
    update();
}

void ScalingChart::setQuantity(ScalingQuantity quantity) {
    m_quantity = quantity;
    describe();
    update();
}

void ScalingChart::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void ScalingChart::describe() {
    m_title = tr("%1 against devices").arg(quantityName(m_quantity));
    QStringList words;
    for (const ScalingCurve& curve : m_curves) {
        if (curve.points.empty()) continue;
        const ScalingPoint& last = curve.points.back();
        words << tr("%1, %2: %3 at %4 devices")
                     .arg(curve.name, kindText(curve.kind), quantityText(m_quantity, last.value(m_quantity)))
                     .arg(last.devices);
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
}

ScalingChart::Frame ScalingChart::frameFor(const QRectF& area, const ThemeColors& colors) const {
    Frame frame;
    frame.colors = colors;
    frame.logarithmic = m_quantity != ScalingQuantity::Efficiency;
    double least = 1e300;
    double most = 0;
    for (const ScalingCurve& curve : m_curves) {
        for (const ScalingPoint& point : curve.points) {
            frame.mostDevices = std::max<double>(frame.mostDevices, point.devices);
            least = std::min(least, point.value(m_quantity));
            most = std::max(most, point.value(m_quantity));
        }
    }
    if (frame.logarithmic && most > 0) {
        frame.low = std::floor(std::log10(least) * 2) / 2;
        frame.high = std::max(std::ceil(std::log10(most * 1.05) * 2) / 2, frame.low + 0.5);
    } else {
        frame.high = std::max(1.1, std::ceil(most * 10) / 10);
    }
    const QFontMetricsF metrics(textFont(TextRole::Small));
    const double left = metrics.horizontalAdvance(QStringLiteral("1,000,000")) + 8;
    frame.plot = area.adjusted(left, 6, -14, -2 * metrics.height() - 8);
    return frame;
}

void ScalingChart::paintAxes(QPainter& painter, const Frame& frame) const {
    painter.setFont(textFont(TextRole::Small));
    const double line = painter.fontMetrics().height();
    const auto level = [&](double value) {
        const double y = frame.y(value);
        if (y < frame.plot.top() - 1 || y > frame.plot.bottom() + 1) return;
        painter.setPen(QPen(frame.colors.grid, 1));
        painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y));
        painter.setPen(frame.colors.muted);
        painter.drawText(QRectF(0, y - line / 2, frame.plot.left() - 6, line),
                         Qt::AlignRight | Qt::AlignVCenter, quantityText(m_quantity, value));
    };
    if (frame.logarithmic) {
        for (int power = static_cast<int>(std::floor(frame.low)); power <= frame.high; ++power) {
            for (const double factor : {1.0, 2.0, 5.0}) level(factor * std::pow(10.0, power));
        }
    } else {
        for (int tenths = 0; tenths <= frame.high * 10; tenths += 2) level(tenths / 10.0);
    }
    painter.setPen(frame.colors.muted);
    for (int devices = 1; devices <= frame.mostDevices; devices *= 2) {
        const QRectF place(frame.x(devices) - 30, frame.plot.bottom() + 4, 60, line);
        painter.drawText(place, Qt::AlignHCenter, integerText(devices));
    }
    painter.drawText(QRectF(frame.plot.left(), frame.plot.bottom() + 4 + line, frame.plot.width(), line),
                     Qt::AlignHCenter, tr("devices"));
    painter.setPen(QPen(frame.colors.border, 1));
    painter.drawLine(frame.plot.bottomLeft(), frame.plot.bottomRight());
}

/// What each measured curve would be, were nothing lost. Speedup and efficiency share one ideal.
void ScalingChart::paintIdeal(QPainter& painter, const Frame& frame) const {
    QPen pen(frame.colors.muted, 1.2, Qt::DotLine);
    painter.setPen(pen);
    for (const ScalingCurve& curve : m_curves) {
        if (curve.kind == ScalingCurve::Kind::Projected || curve.points.empty()) continue;
        const ScalingPoint& first = curve.points.front();
        const bool throughput = m_quantity == ScalingQuantity::SamplesPerS;
        const double one = throughput ? first.samplesPerS / first.devices : 1;
        const double end = m_quantity == ScalingQuantity::Efficiency ? one : one * frame.mostDevices;
        painter.drawLine(QPointF(frame.x(1), frame.y(one)),
                         QPointF(frame.x(frame.mostDevices), frame.y(end)));
        if (!throughput) return;
    }
}

void ScalingChart::paintCurve(QPainter& painter, const Frame& frame, const ScalingCurve& curve) const {
    const QPen pen = penOf(curve, frame.colors);
    QPainterPath path;
    for (const ScalingPoint& point : curve.points) {
        const QPointF at(frame.x(point.devices), frame.y(point.value(m_quantity)));
        path.elementCount() == 0 ? path.moveTo(at) : path.lineTo(at);
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setBrush(pen.color());
    painter.setPen(Qt::NoPen);
    for (const ScalingPoint& point : curve.points) {
        paintMark(painter, {frame.x(point.devices), frame.y(point.value(m_quantity))}, curve.kind);
    }
}

/// Returns how high it is.
double ScalingChart::paintLegend(QPainter& painter, const QRectF& area, const ThemeColors& colors) const {
    painter.setFont(textFont(TextRole::Small));
    const double line = painter.fontMetrics().height() + 2;
    double x = area.left();
    double y = area.top();
    const auto entry = [&](const QString& text, const QPen& pen, ScalingCurve::Kind kind) {
        const double width = 30 + painter.fontMetrics().horizontalAdvance(text) + 14;
        if (x > area.left() && x + width > area.right()) {
            x = area.left();
            y += line;
        }
        const QPointF middle(x + 12, y + line / 2);
        painter.setPen(pen);
        painter.drawLine(QPointF(x, middle.y()), QPointF(x + 24, middle.y()));
        painter.setBrush(pen.color());
        painter.setPen(Qt::NoPen);
        paintMark(painter, middle, kind);
        painter.setPen(colors.text);
        painter.drawText(QRectF(x + 30, y, width - 30, line), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += width;
    };
    for (const ScalingCurve& curve : m_curves) entry(curve.name, penOf(curve, colors), curve.kind);
    if (!m_curves.empty()) {
        entry(tr("Ideal"), QPen(colors.muted, 1.2, Qt::DotLine), ScalingCurve::Kind::Projected);
    }
    return y + line - area.top();
}

void ScalingChart::paintAll(QPainter& painter, const QRectF& area, const ThemeColors& colors) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(textFont(TextRole::Heading));
    painter.setPen(colors.text);
    const double heading = painter.fontMetrics().height() + 4;
    painter.drawText(
        QRectF(area.left(), area.top(), area.width(), heading), Qt::AlignLeft | Qt::AlignVCenter,
        m_quantity == ScalingQuantity::SamplesPerS ? tr("%1 (samples/s)").arg(m_title) : m_title);
    const double legend = paintLegend(painter, area.adjusted(0, heading, 0, 0), colors);
    const Frame frame = frameFor(area.adjusted(0, heading + legend + 4, 0, 0), colors);
    m_plot = frame.plot;
    if (m_curves.empty()) {
        painter.setPen(colors.muted);
        painter.drawText(frame.plot, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    paintAxes(painter, frame);
    paintIdeal(painter, frame);
    for (const ScalingCurve& curve : m_curves) paintCurve(painter, frame, curve);
}

void ScalingChart::paintEvent(QPaintEvent* event) {
    QFrame::paintEvent(event);
    QPainter painter(this);
    paintAll(painter, QRectF(rect()).adjusted(3 * space, 2 * space, -3 * space, -space),
             themeColors(palette()));
}

void ScalingChart::paintForExport(QPainter& painter, const QRectF& area, const QString& footer) {
    const ThemeColors colors = paperColors();
    painter.fillRect(area, colors.card);
    const QRectF inner = area.adjusted(14, 10, -14, -10);
    const QFontMetricsF metrics(textFont(TextRole::Small));
    const QRectF under = metrics.boundingRect(inner, Qt::TextWordWrap, footer);
    paintAll(painter, inner.adjusted(0, 0, 0, -under.height() - 6), colors);
    painter.setFont(textFont(TextRole::Small));
    painter.setPen(colors.muted);
    painter.drawText(QRectF(inner.left(), inner.bottom() - under.height(), inner.width(), under.height()),
                     Qt::AlignLeft | Qt::TextWordWrap, footer);
    update();
}

QString ScalingChart::nearestText(const QPointF& position) const {
    Frame frame = frameFor({}, themeColors(palette()));
    frame.plot = m_plot;
    double best = near_pixels;
    QString text;
    for (const ScalingCurve& curve : m_curves) {
        for (const ScalingPoint& point : curve.points) {
            const QPointF at(frame.x(point.devices), frame.y(point.value(m_quantity)));
            const double distance = std::hypot(at.x() - position.x(), at.y() - position.y());
            if (distance >= best) continue;
            best = distance;
            text =
                tr("%1\n%2 devices, %3: %4 samples/s, efficiency %5")
                    .arg(curve.name)
                    .arg(point.devices)
                    .arg(kindText(curve.kind), numberText(point.samplesPerS), percentText(point.efficiency));
        }
    }
    return text;
}

bool ScalingChart::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QFrame::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), nearestText(help->pos()), this);
    return true;
}

}  // namespace arcmeter::ui

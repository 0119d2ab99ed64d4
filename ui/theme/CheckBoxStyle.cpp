// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/CheckBoxStyle.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>
#include <QStyleOption>
#include <algorithm>

#include "ui/theme/Theme.h"

namespace arcmeter::ui {
namespace {

void drawTick(QPainter* painter, const QRectF& box) {
    QPainterPath tick;
    tick.moveTo(box.left() + 0.22 * box.width(), box.top() + 0.52 * box.height());
    tick.lineTo(box.left() + 0.42 * box.width(), box.top() + 0.72 * box.height());
    tick.lineTo(box.left() + 0.78 * box.width(), box.top() + 0.30 * box.height());
    painter->drawPath(tick);
}

/// Some of what the box stands for is checked.
void drawDash(QPainter* painter, const QRectF& box) {
    painter->drawLine(QPointF(box.left() + 0.25 * box.width(), box.center().y()),
                      QPointF(box.left() + 0.75 * box.width(), box.center().y()));
}

void drawCheckBox(const QStyleOption& option, QPainter* painter) {
    const ThemeColors colors = themeColors(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool partly = option.state.testFlag(QStyle::State_NoChange);
    const bool filled = partly || option.state.testFlag(QStyle::State_On);
    const double size = std::min(option.rect.width(), option.rect.height());
    QRectF box(0, 0, size, size);
    box.moveCenter(QRectF(option.rect).center());
    box.adjust(0.5, 0.5, -0.5, -0.5);  // a line of one pixel lies in its pixels' middle

    const bool hovered = enabled && option.state.testFlag(QStyle::State_MouseOver);
    const QColor fill = !filled ? colors.card : enabled ? colors.accent : colors.field;
    const QColor frame = hovered ? colors.accent : !enabled ? colors.field : filled ? fill : colors.muted;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(frame);
    painter->setBrush(fill);
    painter->drawRoundedRect(box, 3, 3);
    if (filled) {
        const QColor mark = enabled ? colors.accentText : colors.card;
        painter->setPen(QPen(mark, std::max(1.5, size / 8), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
        partly ? drawDash(painter, box) : drawTick(painter, box);
    }
    painter->restore();
}

}  // namespace

CheckBoxStyle::CheckBoxStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void CheckBoxStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                  const QWidget* widget) const {
    if (element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck) {
        drawCheckBox(*option, painter);
    } else {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

}  // namespace arcmeter::ui

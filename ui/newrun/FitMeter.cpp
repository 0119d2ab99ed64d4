// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/newrun/FitMeter.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme/Theme.h"

namespace arcmeter::ui {

FitMeter::FitMeter(QWidget* parent) : QWidget(parent) {
    setFixedHeight(6);
    hide();
    setAccessibleName(tr("Memory needed"));
}

void FitMeter::setShare(double share) {
    m_share = share;
    show();
    setAccessibleDescription(tr("%1 percent").arg(share * 100, 0, 'f', 0));
    update();
}

void FitMeter::clear() {
    m_share.reset();
    hide();
    update();
}

void FitMeter::paintEvent(QPaintEvent*) {
    const ThemeColors colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.border);
    painter.drawRoundedRect(rect(), 3, 3);
    if (!m_share) return;
    QRectF filled = rect();
    filled.setWidth(std::max(6.0, width() * std::clamp(*m_share, 0.0, 1.0)));
    painter.setBrush(*m_share > 1 ? colors.bad : *m_share > 0.9 ? colors.warning : colors.good);
    painter.drawRoundedRect(filled, 3, 3);
}

}  // namespace arcmeter::ui

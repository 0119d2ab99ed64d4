// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/import/DropHint.h"

#include <QPainter>

#include "ui/theme/Theme.h"

namespace arcmeter::ui {

DropHint::DropHint(QWidget* covered) : QWidget(covered) {
    setObjectName(QStringLiteral("dropHint"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Drop files to import them"));
    hide();
}

void DropHint::showOver() {
    resize(parentWidget()->size());
    show();
    raise();
}

void DropHint::paintEvent(QPaintEvent*) {
    const ThemeColors colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = colors.window;
    veil.setAlphaF(0.85F);
    painter.fillRect(rect(), veil);
    painter.setPen(QPen(colors.accent, 2, Qt::DashLine));
    painter.drawRoundedRect(rect().adjusted(6 * space, 6 * space, -6 * space, -6 * space), 2 * space,
                            2 * space);
    painter.setFont(textFont(TextRole::Title));
    painter.setPen(colors.text);
    painter.drawText(rect(), Qt::AlignCenter, tr("Drop files to import them"));
}

}  // namespace arcmeter::ui

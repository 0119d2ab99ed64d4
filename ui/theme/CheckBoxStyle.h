// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace arcmeter::ui {

/// Fusion, but for check boxes, of widgets and of lists: its frame is a darker shade of the window, which on
/// a dark window cannot be seen.
class CheckBoxStyle : public QProxyStyle {
    Q_OBJECT

public:
    CheckBoxStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

}  // namespace arcmeter::ui

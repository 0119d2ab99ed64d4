// SPDX-License-Identifier: GPL-3.0-or-later
// The window's colours, sizes and style sheet. Colours are derived from a palette, so that every widget
// follows the system's light or dark look by asking themeColors(palette()) when it paints.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <array>

#include "app/settings/Settings.h"

class QApplication;

namespace arcmeter::ui {

/// One unit of space; every margin and gap is a small multiple of it.
inline constexpr int space = 4;

struct ThemeColors {
    bool dark = false;
    QColor window, card, border, text, muted, grid, hover, scroll, field;
    QColor accent, accentText;
    QColor good, warning, bad, band;
    /// Told apart by people with any of the common colour-vision deficiencies; dashes are the second cue.
    std::array<QColor, 6> series;
    std::array<QColor, 6> parts;  ///< forward, backward, head, optimizer, communication, data wait
};

ThemeColors themeColors(const QPalette& palette);
ThemeColors paperColors();  ///< the light theme's: pictures that leave the program

enum class TextRole { Title, Heading, Body, Small, Figure };
QFont textFont(TextRole role);  ///< derived from the application's font, so that its size is respected

/// Applies the user's choice to the application and keeps its style sheet in step with the palette.
class Theme : public QObject {
    Q_OBJECT

public:
    Theme(QApplication* application, app::Settings* settings, QObject* parent = nullptr);

signals:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void applyChoice();
    void refreshStyleSheet();

    QApplication* m_application;
    app::Settings* m_settings;
    app::Settings::Theme m_applied = app::Settings::Theme::Auto;
    QString m_styleSheet;
};

}  // namespace arcmeter::ui

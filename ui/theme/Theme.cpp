// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QEvent>

#include "ui/theme/CheckBoxStyle.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StyleSheet.h"

namespace arcmeter::ui {
namespace {

QColor mix(const QColor& a, const QColor& b, double shareOfB) {
    const auto channel = [shareOfB](int from, int to) {
        return static_cast<int>(from + (to - from) * shareOfB + 0.5);
    };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

void setDisabled(QPalette& palette, const QColor& color) {
    for (const auto role :
         {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::HighlightedText}) {
        palette.setColor(QPalette::Disabled, role, color);
    }
}

QPalette lightPalette() {
    QPalette palette(QColor(0xEE, 0xF0, 0xF3), QColor(0xF4, 0xF5, 0xF7));
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::AlternateBase, QColor(0xF7, 0xF8, 0xFA));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(role, QColor(0x1B, 0x1F, 0x27));
    }
    palette.setColor(QPalette::PlaceholderText, QColor(0x6B, 0x74, 0x82));
    palette.setColor(QPalette::Highlight, QColor(0x1F, 0x6F, 0xC4));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(0x1F, 0x6F, 0xC4));
    palette.setColor(QPalette::ToolTipBase, QColor(0x24, 0x29, 0x33));
    palette.setColor(QPalette::ToolTipText, Qt::white);
    setDisabled(palette, QColor(0x9A, 0xA2, 0xAE));
    return palette;
}

QPalette darkPalette() {
    QPalette palette(QColor(0x2B, 0x2F, 0x37), QColor(0x16, 0x18, 0x1D));
    palette.setColor(QPalette::Base, QColor(0x1E, 0x21, 0x27));
    palette.setColor(QPalette::AlternateBase, QColor(0x23, 0x26, 0x2D));
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) {
        palette.setColor(role, QColor(0xE7, 0xEA, 0xF0));
    }
    palette.setColor(QPalette::PlaceholderText, QColor(0x8D, 0x97, 0xA5));
    palette.setColor(QPalette::Highlight, QColor(0x2C, 0x74, 0xC9));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(0x6A, 0xAE, 0xF7));
    palette.setColor(QPalette::ToolTipBase, QColor(0x3A, 0x40, 0x4B));
    palette.setColor(QPalette::ToolTipText, QColor(0xF1, 0xF3, 0xF7));
    setDisabled(palette, QColor(0x6C, 0x75, 0x82));
    return palette;
}

void setLightHues(ThemeColors& colors) {
    colors.accent = QColor(0x1F, 0x6F, 0xC4);
    colors.good = QColor(0x1A, 0x7F, 0x5A);
    colors.warning = QColor(0x9A, 0x67, 0x00);
    colors.bad = QColor(0xC2, 0x36, 0x2B);
    colors.series = {QColor(0x1F, 0x6F, 0xC4), QColor(0xD5, 0x5E, 0x00), QColor(0x00, 0x87, 0x6C),
                     QColor(0x9B, 0x4F, 0x96), QColor(0xA8, 0x79, 0x00), QColor(0x5B, 0x64, 0x72)};
    colors.parts = {QColor(0x6F, 0xA8, 0xDC), QColor(0x1F, 0x5F, 0xAF), QColor(0xE6, 0x9F, 0x00),
                    QColor(0x2A, 0x9D, 0x7F), QColor(0xB0, 0x7A, 0xA1), QColor(0xD1, 0x49, 0x3B)};
}

void setDarkHues(ThemeColors& colors) {
    colors.accent = QColor(0x2C, 0x74, 0xC9);
    colors.good = QColor(0x4C, 0xC3, 0x94);
    colors.warning = QColor(0xE3, 0xB3, 0x41);
    colors.bad = QColor(0xF2, 0x7A, 0x6E);
    colors.series = {QColor(0x62, 0xA8, 0xF5), QColor(0xFF, 0x8A, 0x4C), QColor(0x2B, 0xC4, 0xA0),
                     QColor(0xD5, 0x8B, 0xD0), QColor(0xE0, 0xB4, 0x3A), QColor(0xA3, 0xAC, 0xB9)};
    colors.parts = {QColor(0x8A, 0xBD, 0xEE), QColor(0x3B, 0x7D, 0xD0), QColor(0xE8, 0xA9, 0x2C),
                    QColor(0x39, 0xB3, 0x93), QColor(0xC0, 0x8C, 0xB4), QColor(0xE0, 0x62, 0x54)};
}

}  // namespace

ThemeColors themeColors(const QPalette& palette) {
    ThemeColors colors;
    colors.dark = isDark(palette);
    colors.window = palette.color(QPalette::Active, QPalette::Window);
    colors.card = palette.color(QPalette::Active, QPalette::Base);
    colors.text = palette.color(QPalette::Active, QPalette::Text);
    colors.muted = mix(colors.text, colors.card, 0.36);
    colors.border = mix(colors.card, colors.text, colors.dark ? 0.15 : 0.13);
    colors.grid = mix(colors.card, colors.text, colors.dark ? 0.10 : 0.08);
    colors.hover = mix(colors.card, colors.text, 0.06);
    colors.field = mix(colors.card, colors.text, colors.dark ? 0.24 : 0.30);
    colors.scroll = mix(colors.card, colors.text, 0.28);
    colors.band = mix(colors.card, colors.text, 0.05);
    colors.accentText = Qt::white;
    colors.dark ? setDarkHues(colors) : setLightHues(colors);
    return colors;
}

ThemeColors paperColors() {
    return themeColors(lightPalette());
}

QFont textFont(TextRole role) {
    QFont font = QApplication::font();
    const double base = font.pointSizeF() > 0 ? font.pointSizeF() : 10;
    switch (role) {
        case TextRole::Title:
            font.setPointSizeF(base * 1.35);
            font.setWeight(QFont::DemiBold);
            break;
        case TextRole::Heading:
            font.setWeight(QFont::DemiBold);
            break;
        case TextRole::Body:
            break;
        case TextRole::Small:
            font.setPointSizeF(base * 0.88);
            break;
        case TextRole::Figure:
            font.setPointSizeF(base * 1.6);
            font.setWeight(QFont::DemiBold);
            break;
    }
    return font;
}

Theme::Theme(QApplication* application, app::Settings* settings, QObject* parent)
    : QObject(parent), m_application(application), m_settings(settings) {
    loadResources();
    m_application->setStyle(new CheckBoxStyle);
    m_application->installEventFilter(this);
    connect(m_settings, &app::Settings::changed, this, [this] {
        if (m_settings->theme() != m_applied) applyChoice();
    });
    applyChoice();
}

void Theme::applyChoice() {
    m_applied = m_settings->theme();
    switch (m_applied) {
        case app::Settings::Theme::Auto:
            m_application->setPalette(QPalette());
            break;
        case app::Settings::Theme::Light:
            m_application->setPalette(lightPalette());
            break;
        case app::Settings::Theme::Dark:
            m_application->setPalette(darkPalette());
            break;
    }
    refreshStyleSheet();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_application && event->type() == QEvent::ApplicationPaletteChange) refreshStyleSheet();
    return QObject::eventFilter(watched, event);
}

void Theme::refreshStyleSheet() {
    const QString sheet = styleSheet(themeColors(m_application->palette()));
    if (sheet == m_styleSheet) return;  // setting a sheet sends palette events of its own
    m_styleSheet = sheet;
    m_application->setStyleSheet(sheet);
    emit changed();
}

}  // namespace arcmeter::ui

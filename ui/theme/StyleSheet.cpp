// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/StyleSheet.h"

namespace arcmeter::ui {

QString styleSheet(const ThemeColors& colors) {
    QString sheet = QStringLiteral(R"(
QFrame[card="true"] { background: @card; border: 1px solid @border; border-radius: 8px; }
QLabel[muted="true"] { color: @muted; }
QLabel[problem="true"] { color: @bad; }
QLabel[warning="true"] { color: @warning; }
QLabel[good="true"] { color: @good; }
QLineEdit, QPlainTextEdit { background: @card; color: @text; border: 1px solid @field; border-radius: 3px;
    padding: 3px 4px; selection-background-color: @accent; selection-color: @accentText; }
QLineEdit:focus, QPlainTextEdit:focus { border-color: @accent; }
QLineEdit:disabled { color: @muted; }
QLineEdit[invalid="true"], QComboBox[invalid="true"] { border: 1px solid @bad; border-radius: 3px; padding: 3px 4px; }
QPushButton { padding: 5px 12px; }
QPushButton[beside="true"] { padding: 3px 8px; }
QPushButton[primary="true"] { background: @accent; color: @accentText; border: 1px solid @accent;
    border-radius: 5px; padding: 6px 18px; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; }
QPushButton[primary="true"]:pressed { background: @accentPressed; }
QPushButton[primary="true"]:focus { border: 2px solid @text; padding: 5px 17px; }
QPushButton[primary="true"]:disabled { background: @border; color: @muted; border-color: @border; }
QPushButton[flat="true"], QToolButton[flat="true"] { border: 1px solid transparent; border-radius: 5px;
    padding: 4px 8px; background: transparent; color: @text; }
QPushButton[flat="true"]:hover, QToolButton[flat="true"]:hover { background: @hover; }
QPushButton[flat="true"]:focus, QToolButton[flat="true"]:focus { border-color: @accent; }
QPushButton[flat="true"]:disabled, QToolButton[flat="true"]:disabled { color: @muted; }
QToolButton[flat="true"]::menu-indicator { image: none; }
QPushButton[link="true"] { border: none; background: transparent; color: @link; padding: 2px 0; text-align: left; }
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus { text-decoration: underline; }
QTabBar[pages="true"]::tab { padding: 8px 18px; border: none; border-bottom: 2px solid transparent; color: @muted; }
QTabBar[pages="true"]::tab:selected { color: @text; border-bottom-color: @accent; font-weight: 600; }
QTabBar[pages="true"]::tab:hover { color: @text; }
QTabBar[pages="true"]::tab:focus { background: @hover; }
QTabBar[small="true"]::tab { padding: 3px 10px; border: none; border-bottom: 2px solid transparent; color: @muted; }
QTabBar[small="true"]::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar[small="true"]::tab:hover { color: @text; }
QTabBar[small="true"]::tab:focus { background: @hover; }
QTableView { border: none; gridline-color: @grid; selection-background-color: @selection; selection-color: @text;
    alternate-background-color: @band; background: @card; }
QListWidget { selection-background-color: @selection; selection-color: @text; }
QTableView::item { padding: 3px 6px; border: none; }
QTableView::item:focus { border: 1px solid @accent; }
QHeaderView::section { background: @card; color: @muted; border: none; border-bottom: 1px solid @border;
    padding: 5px 6px; font-weight: 600; }
QTableView QTableCornerButton::section { background: @card; border: none; }
QProgressBar { background: @grid; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @border; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @scroll; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { border: none; background: transparent; }
QTextBrowser { border: none; background: transparent; }
QMenuBar { background: transparent; }
QStatusBar { color: @muted; }
)");
    const QColor selection = colors.dark ? QColor(0x27, 0x44, 0x66) : QColor(0xD6, 0xE6, 0xF7);
    const QColor link = colors.dark ? QColor(0x6A, 0xAE, 0xF7) : colors.accent;
    // Longer names first: @accentText must not be taken for @accent.
    const std::pair<const char*, QColor> values[] = {
        {"@accentText", colors.accentText},
        {"@accentHover", colors.accent.lighter(112)},
        {"@accentPressed", colors.accent.darker(115)},
        {"@accent", colors.accent},
        {"@selection", selection},
        {"@warning", colors.warning},
        {"@window", colors.window},
        {"@border", colors.border},
        {"@scroll", colors.scroll},
        {"@field", colors.field},
        {"@muted", colors.muted},
        {"@hover", colors.hover},
        {"@card", colors.card},
        {"@text", colors.text},
        {"@grid", colors.grid},
        {"@band", colors.band},
        {"@good", colors.good},
        {"@link", link},
        {"@bad", colors.bad},
    };
    for (const auto& [name, color] : values) sheet.replace(QLatin1String(name), color.name());
    return sheet;
}

}  // namespace arcmeter::ui

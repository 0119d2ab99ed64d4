// SPDX-License-Identifier: GPL-3.0-or-later
// What the menu of a chart does with files and the clipboard.
#pragma once

#include <QString>

class QWidget;

namespace arcmeter::ui {

class MessageBar;
class Picture;

/// Asks for a file (PNG, SVG or PDF) and saves; says in `messages` where, or why not.
void saveChartAs(Picture& chart, QWidget* parent, const QString& footer, MessageBar* messages);
void copyChart(Picture& chart, const QString& footer);

}  // namespace arcmeter::ui

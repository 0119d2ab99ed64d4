// SPDX-License-Identifier: GPL-3.0-or-later
// What the menu of a chart does with files and the clipboard.
#pragma once

#include <QString>

namespace arcmeter::ui {

class Chart;
class MessageBar;

/// Asks for a file (PNG, SVG or PDF) and saves; says in `messages` where, or why not.
void saveChartAs(Chart& chart, const QString& footer, MessageBar* messages);
void copyChart(Chart& chart, const QString& footer);

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Charts as files and pictures, always in light colours for paper, with a line saying where the figures come
// from.
#pragma once

#include <QImage>
#include <QString>

namespace arcmeter::ui {

class Picture;

/// Writes PNG (at twice the screen's resolution), SVG or PDF by the file's ending, whole or not at all.
/// Throws Error naming the file and what is allowed or why it failed.
void saveChart(Picture& chart, const QString& file, const QString& footer);

QImage chartImage(Picture& chart, const QString& footer);

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// Action icons: single-colour SVG drawings compiled into the program, coloured by the palette at the moment
// they are painted, so that they follow light and dark.
#pragma once

#include <QIcon>
#include <QString>

namespace arcmeter::ui {

/// Makes icons, help and translations findable; to be called before any of them is asked for. Theme does it
/// too.
void loadResources();

/// `name`: a file of resources/icons/actions without ".svg". The icon takes the palette's text colour.
QIcon actionIcon(const QString& name);

/// The same in a fixed colour, for coloured buttons.
QIcon actionIcon(const QString& name, const QColor& color);

QIcon programIcon();

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The application's style sheet, made from the theme's colours. Widgets choose a look by dynamic properties:
// card=true, muted=true, primary=true, flat=true, problem=true, invalid=true.
#pragma once

#include <QString>

#include "ui/theme/Theme.h"

namespace arcmeter::ui {

QString styleSheet(const ThemeColors& colors);

}  // namespace arcmeter::ui

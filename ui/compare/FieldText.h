// SPDX-License-Identifier: GPL-3.0-or-later
// The fields and values of a comparison as the window shows them: translated, in the user's locale.
#pragma once

#include <QString>

#include "app/compare/Comparison.h"

namespace arcmeter::ui {

/// `value`: one of the field's, or a difference of two.
QString cellText(const app::ComparedField& field, const app::Cell& value);

}  // namespace arcmeter::ui

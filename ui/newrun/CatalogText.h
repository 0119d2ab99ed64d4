// SPDX-License-Identifier: GPL-3.0-or-later
// Titles and descriptions of the catalog in the window's language. The catalog itself is English data.
#pragma once

#include <QString>

namespace arcmeter::ui {

/// The translation of a text of resources/catalog; the text itself where there is none.
QString catalogText(const QString& text);

}  // namespace arcmeter::ui

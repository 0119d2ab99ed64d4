// SPDX-License-Identifier: GPL-3.0-or-later
// A history row from named text fields: the columns of resources/reference/*.csv and of `history export`.
#pragma once

#include <QString>
#include <QStringList>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

bool isRowField(const QString& name);

/// Sets the field of that name; empty text leaves it unknown. Returns what is wrong with the text, one clause
/// naming field, value and what is allowed; empty when nothing is. Fields that only place a row in its own
/// store (its number there) are accepted and left out.
QString setRowField(HistoryRow& row, const QString& name, const QString& text);

}  // namespace arcmeter::app

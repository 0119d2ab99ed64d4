// SPDX-License-Identifier: GPL-3.0-or-later
// Everything known about a run or a published row, as rich text for the details pane.
#pragma once

#include <QString>

#include "app/statistics/RunInsight.h"
#include "app/store/RunRecord.h"
#include "ui/theme/Theme.h"

namespace arcmeter::ui {

QString detailsText(const app::RunDetails& details, const app::RunInsight& insight,
                    const ThemeColors& colors);
QString detailsText(const app::HistoryRow& published, const ThemeColors& colors);

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a plan's memory as the window shows them.
#pragma once

#include <QString>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::ui {

/// One stretch of the stacked bar. `color` indexes ThemeColors::parts.
struct MemoryPart {
    QString name;
    std::int64_t bytes = 0;
    int color = 0;
};

/// Six groups, in the order of the bar; those without a byte are left out.
std::vector<MemoryPart> memoryGroups(const protocol::MemoryPlan& memory);

/// Every part on a line of its own: "Weights: 249 MiB".
QString memoryPartsText(const protocol::MemoryPlan& memory);

/// What the protocol calls a part ("head_weights"), or "range", in the window's language.
QString memoryPartTitle(const QString& part);

}  // namespace arcmeter::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "app/compare/Comparison.h"

namespace arcmeter::app {

/// Every field of the columns: figures first, then configuration, then environment. A field that a published
/// or imported row does not tell is unknown there.
std::vector<ComparedField> comparedFields(const std::vector<ComparedColumn>& columns);

}  // namespace arcmeter::app

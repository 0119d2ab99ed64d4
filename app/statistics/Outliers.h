// SPDX-License-Identifier: GPL-3.0-or-later
// Which repeats lie far from the others. They are flagged, never dropped: the figure stays the median of all.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace arcmeter::app {

/// Indices of values whose modified z-score 0.6745 |x - median| / MAD is above 3.5 (Iglewicz & Hoaglin 1993;
/// NIST/SEMATECH e-Handbook 1.3.5.17), MAD the median absolute deviation. Where more than half of the values
/// are equal and MAD is 0, their mean absolute deviation times 1.2533 stands in. Fewer than 5 values: none.
std::vector<std::size_t> outliersOf(std::span<const double> values);

}  // namespace arcmeter::app

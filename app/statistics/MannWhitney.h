// SPDX-License-Identifier: GPL-3.0-or-later
// The Mann-Whitney U test between two samples with its effect sizes: whether one tends to be larger, how
// reliably, and by how much. No assumption about the distributions; ties are handled. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace arcmeter::app {

struct Interval {
    double low = 0;
    double high = 0;
};

struct MannWhitney {
    double u = 0;       ///< pairs in which the second sample's value is larger; an equal pair counts one half
    double p = 1;       ///< two-sided
    bool exact = true;  ///< p from all splits of the values, else from the normal approximation
    /// Cliff's delta = rank-biserial correlation = 2 U / (m n) - 1: +1 where every value of the second sample
    /// is larger, 0 where neither tends to be.
    double cliffsDelta = 0;
    double shift = 0;  ///< Hodges-Lehmann: median of all differences second - first, in the values' unit
    std::optional<Interval> interval;  ///< of the shift, at least 95 %; needs 4 values a side (or 3 and 5)
};

/// Exact up to 50 values in all: p counts every way to deal the pooled mid-ranks to the two samples
/// (conditional on the ties, Hollander & Wolfe, Nonparametric Statistical Methods, 4.1). Beyond that the
/// normal approximation with tie-corrected variance and continuity correction. The interval is theirs too
/// (4.3), from the distribution without ties, as in R's wilcox.test. Throws std::invalid_argument for an
/// empty sample.
MannWhitney mannWhitney(std::span<const double> first, std::span<const double> second);

}  // namespace arcmeter::app

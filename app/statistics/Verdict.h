// SPDX-License-Identifier: GPL-3.0-or-later
// Whether one run, or one group of runs, is faster than another: judged from their repeats' figures, never
// from iterations, which depend on each other.
#pragma once

#include <QString>
#include <optional>
#include <span>

#include "app/statistics/MannWhitney.h"

namespace arcmeter::app {

/// Below this no split of the repeats can reach the significance: 3 against 3 give p = 0.1 at best.
inline constexpr std::size_t verdict_least_repeats = 4;
inline constexpr double verdict_significance = 0.05;

enum class Judgement { TooFew, NoDifference, Faster, Slower };

/// "too_few", "no_difference", "faster", "slower"
QString toString(Judgement judgement);

struct Verdict {
    Judgement judgement = Judgement::TooFew;  ///< of the second side against the first
    std::size_t firstRepeats = 0;
    std::size_t secondRepeats = 0;
    std::optional<MannWhitney> test;  ///< in samples/s; absent where there are too few repeats
    double firstMedian = 0;           ///< what the shift is a share of; 0 where a side has no repeats
    std::optional<double> relativeShift() const;
    std::optional<Interval> relativeInterval() const;
};

/// `first` is the baseline. Samples/s, one value a repeat.
Verdict verdictBetween(std::span<const double> first, std::span<const double> second);

/// One sentence: "Faster by 3.2 % (95 % interval 1.9 to 4.4 %): p = 0.008, Cliff's delta +1.00, 5 against 5
/// repeats." In the program's language, numbers in the C locale.
QString verdictText(const Verdict& verdict);

}  // namespace arcmeter::app

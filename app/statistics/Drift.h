// SPDX-License-Identifier: GPL-3.0-or-later
// Whether steps become slower or faster while they are being measured.
#pragma once

#include <QtGlobal>
#include <optional>
#include <span>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::app {

struct Drift {
    double change = 0;  ///< of a step's time from the first to the last tenth, as a share; positive: slower
    double p = 1;       ///< of the trend, two-sided
};

/// Step times of one repeat in order, warm-up left out. They are cut into ten blocks, whose medians neither a
/// lone spike nor the steps' dependence on their neighbours moves much; a drift is a Mann-Kendall trend of
/// the ten with p < 0.01 (Gilbert, Statistical Methods for Environmental Pollution Monitoring, 16.4) whose
/// Theil-Sen slope amounts to at least 2 % of their median. nullopt: no drift, or fewer than 20 steps.
std::optional<Drift> driftOf(std::span<const double> stepMs);

struct RepeatDrift {
    qint64 repeat = 0;
    Drift drift;
};

/// The repeats of a run that drift. `warmup`: iterations at the start of each repeat that do not count.
std::vector<RepeatDrift> driftsOf(const std::vector<protocol::Step>& steps, qint64 warmup);

}  // namespace arcmeter::app

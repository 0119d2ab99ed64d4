// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a run its devices spent slowed down by heat or power, as they say themselves once a second.
#pragma once

#include <QStringList>
#include <span>
#include <vector>

#include "app/store/RunRecord.h"
#include "engine/protocol/events.h"

namespace arcmeter::app {

struct Throttling {
    qint64 samples = 0;    ///< words of devices: one a second and device
    qint64 throttled = 0;  ///< of those, with a reason for throttling
    QStringList reasons;   ///< each once, as the device names them
    double share() const;  ///< 0 where no device said anything
};

Throttling throttlingOf(const std::vector<protocol::Telemetry>& telemetry);

/// Consecutive iterations of one repeat, both ends included.
struct StepSpan {
    qint64 repeat = 0;
    qint64 first = 1;
    qint64 last = 1;
    bool operator==(const StepSpan&) const = default;
};

/// The steps that fell into the given seconds (ascending), by their own times added up from each repeat's
/// first. Neighbours are one span.
std::vector<StepSpan> throttledSpans(std::span<const protocol::Step> steps,
                                     std::span<const RepeatSecond> seconds);

}  // namespace arcmeter::app

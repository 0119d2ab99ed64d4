// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a run its devices spent slowed down by heat or power, as they say themselves once a second.
#pragma once

#include <QStringList>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::app {

struct Throttling {
    qint64 samples = 0;    ///< words of devices: one a second and device
    qint64 throttled = 0;  ///< of those, with a reason for throttling
    QStringList reasons;   ///< each once, as the device names them
    double share() const;  ///< 0 where no device said anything
};

Throttling throttlingOf(const std::vector<protocol::Telemetry>& telemetry);

}  // namespace arcmeter::app

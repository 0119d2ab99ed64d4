// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

#include "engine/train/event_writer.h"

namespace arcmeter::train {

/// Writes a telemetry event of the CPU once a second while it lives.
class TelemetryThread {
public:
    explicit TelemetryThread(EventWriter& events);

private:
    std::jthread thread_;
};

}  // namespace arcmeter::train

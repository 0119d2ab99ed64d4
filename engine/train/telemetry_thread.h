// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

#include "engine/protocol/events.h"
#include "engine/train/event_writer.h"

namespace arcmeter::train {

/// Writes a telemetry event of the device once a second while it lives; none of a GPU where there is no NVML.
class TelemetryThread {
public:
    TelemetryThread(EventWriter& events, const protocol::DeviceInfo& device);

private:
    std::jthread thread_;
};

}  // namespace arcmeter::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/backend/backend.h"
#include "engine/protocol/events.h"

namespace arcmeter::telemetry {

/// With the driver's version and, in the note, power limit, clocks and other processes, as far as NVML says.
protocol::DeviceInfo with_gpu_facts(protocol::DeviceInfo device);

/// Host, device and libraries as they are now.
protocol::Environment environment(const backend::Backend& backend, const std::string& device_reason);

}  // namespace arcmeter::telemetry

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engine/backend/backend.h"
#include "engine/protocol/events.h"

namespace arcmeter::telemetry {

/// Host, device and libraries as they are now.
protocol::Environment environment(const backend::Backend& backend, const std::string& device_reason);

}  // namespace arcmeter::telemetry

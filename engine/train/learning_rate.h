// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/protocol/run_config.h"

namespace arcmeter::train {

/// Rate of a step (from 0): the base rate, times global batch / 512 if asked for, times the scale of the last
/// schedule step that has been reached.
double learning_rate(const protocol::RunConfig& config, std::int64_t step);

}  // namespace arcmeter::train

// SPDX-License-Identifier: Apache-2.0
// One repeat of one run: plan, prepare, warm up, measure, report.
#pragma once

#include <atomic>

#include "engine/protocol/run_config.h"
#include "engine/train/event_writer.h"

namespace arcmeter::train {

/// Runs one repeat and writes its events, the error event included. Returns the process's exit code. When `stop` turns
/// true the unfinished step is discarded and a partial result written, at the latest half a second later even if a step
/// does not end; in that case the process exits from within.
int run_training(const protocol::RunConfig& config, EventWriter& events, const std::atomic<bool>& stop);

}  // namespace arcmeter::train

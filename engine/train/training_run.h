// SPDX-License-Identifier: Apache-2.0
// One repeat of one run on one rank: plan, prepare, warm up, measure, report.
#pragma once

#include <atomic>
#include <string>

#include "engine/comm/job.h"
#include "engine/protocol/run_config.h"
#include "engine/train/event_writer.h"

namespace arcmeter::train {

/// Of one process of a run.
struct RunContext {
    EventWriter& events;  ///< rank 0's writes the protocol, another rank's forwards its errors
    std::atomic<bool>& stop;
    comm::Job& job;
    std::string launcher = "local";
    /// Set by whoever ends the run first: the step loop, the watcher of a stop, another rank's error.
    std::atomic<bool>& answered;
    /// A run of a search for the largest batch or num_classes: it starts where the plan says that it exceeds
    /// the limit, and its measured peak decides. What the machine cannot give is still refused: the arena
    /// beyond the limit by the executor, and more host memory than there is, as trying would take it from
    /// others.
    bool probe = false;
};

/// Runs one repeat as one of the job's ranks and writes its events, the error event included. Returns the
/// process's exit code. When `stop` turns true, here or on another rank, the unfinished step is discarded and
/// a partial result written, at the latest half a second later even if a step does not end; in that
/// case the process exits from within. Ranks that do not answer a stop are lost: then an error says which.
int run_training(const protocol::RunConfig& config, const RunContext& context);

/// The same as the only rank.
int run_training(const protocol::RunConfig& config, EventWriter& events, std::atomic<bool>& stop,
                 bool probe = false);

/// What an exception says as an event: its code, message, hint, and the rank it came from or is about.
protocol::ErrorEvent error_event(const Error& error, std::int64_t rank);

}  // namespace arcmeter::train

// SPDX-License-Identifier: Apache-2.0
// The plan of a run: what it computes and what memory it needs, without a device or memory.
#pragma once

#include "engine/backend/backend.h"
#include "engine/protocol/events.h"
#include "engine/train/step_graph.h"

namespace arcmeter::train {

/// Classes of the run: the configuration's number, else the dataset's, else 85,742. Reads the dataset's
/// property.
std::int64_t resolve_num_classes(const protocol::RunConfig& config);

backend::ExecutorOptions executor_options(const protocol::RunConfig& config);

/// Recompute `auto`: everything is kept if that fits, else units.
struct PlannedRun {
    protocol::RunConfig config;  ///< recompute resolved
    StepGraph step;
    protocol::Plan plan;
};

/// Of one rank; `backend` plans for its own device. No other rank needs to run.
PlannedRun plan_run(const protocol::RunConfig& config, const backend::Backend& backend,
                    std::int64_t rank = 0);

/// By request of the graph: which of its plan's `collectives` it is counted under.
std::vector<std::size_t> collective_of_request(const graph::Graph& graph);

/// Throws Error(out_of_memory) with request, limit and plan when the plan does not fit.
void require_fits(const protocol::Plan& plan);

}  // namespace arcmeter::train

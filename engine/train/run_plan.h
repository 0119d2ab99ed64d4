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

/// What one rank can have of the device's memory, or the limit where that is less; 0 where neither is known.
/// Ranks that compute in host memory share it with the others of their machine.
std::int64_t available_bytes(const protocol::RunConfig& config, const backend::Backend& backend);

struct PlanOptions {
    std::int64_t rank = 0;
    std::optional<std::int64_t> available_bytes = std::nullopt;  ///< nullopt: asked for now
    std::optional<backend::Overhead> overhead =
        std::nullopt;  ///< as measured; nullopt: what the backend assumes
};

struct PlannedRun {
    protocol::RunConfig config;  ///< recompute resolved
    StepGraph step;              ///< of the rank
    protocol::Plan plan;
};

/// Recompute `auto` takes the fastest policy that fits, by predicted work and traffic; where none fits, the
/// one that needs least. plan.policies holds every policy's cost. `backend` plans for its own device.
PlannedRun plan_run(const protocol::RunConfig& config, const backend::Backend& backend,
                    const PlanOptions& options = {});

/// The plan with the configuration's own policy alone, or with `auto` the first that fits of blocks, units
/// and none: what is asked many times over when one searches for a limit. plan.policies stays empty.
protocol::Plan plan_leanest(const protocol::RunConfig& config, const backend::Backend& backend,
                            const PlanOptions& options = {});

/// By request of the graph: which of its plan's `collectives` it is counted under.
std::vector<std::size_t> collective_of_request(const graph::Graph& graph);

/// Throws Error(out_of_memory) with request, limit and plan when the plan does not fit.
void require_fits(const protocol::Plan& plan);

}  // namespace arcmeter::train

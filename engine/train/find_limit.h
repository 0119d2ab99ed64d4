// SPDX-License-Identifier: Apache-2.0
// The largest batch, or number of classes, that fits by the plan. Nothing runs.
#pragma once

#include "engine/backend/backend.h"
#include "engine/protocol/events.h"
#include "engine/protocol/limit.h"
#include "engine/train/run_plan.h"

namespace arcmeter::train {

struct FindOptions {
    std::optional<backend::Overhead> overhead = std::nullopt;  ///< as in PlanOptions
    std::int64_t curve_points = 0;  ///< of memory against the value, from the least to beyond the found one
};

/// The plan of the found value, with plan.limit. With recompute `auto` a value fits if any policy does.
///
/// Exact: the plan is that of the value itself, never scaled from another's. Memory grows with the value but
/// for one step down, where the head's logits become too many to be kept; each side of it is searched by
/// itself. Within a side a value is bracketed and the bracket narrowed to two neighbours. Placing tensors in
/// an arena may save a few bytes with more to place, so the values behind the found one are planned too, and
/// the search goes on from any that fits.
///
/// Throws Error(invalid_config) where the memory to fit in is not known and no limit is set.
protocol::Plan find_limit(const protocol::RunConfig& config, protocol::Limit limit,
                          const backend::Backend& backend, const FindOptions& options = {});

}  // namespace arcmeter::train

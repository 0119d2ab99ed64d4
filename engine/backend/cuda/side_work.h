// SPDX-License-Identifier: Apache-2.0
// Which operations of a step run on a second stream, beside those that follow them: the weight gradients of
// convolutions, for which nothing in the backward pass waits. They take the processors that a pass bound by
// memory, or the last blocks of a kernel, leave idle. One is under way at a time, so that what it reads need
// not live on for long.
#pragma once

#include <vector>

#include "engine/graph/graph.h"

namespace arcmeter::backend::cuda {

bool runs_beside(graph::OpKind kind);

/// By operation: before it, the main stream waits for the operation that runs beside; true for the first
/// after each of these that runs beside too, is of another part of the step, or touches what the one beside
/// writes (or writes what it reads). What is still under way after the last operation has to be waited for as
/// well.
std::vector<bool> find_joins(const graph::Graph& graph);

/// The same graph for a planner of memory: what an operation beside touches is touched by the one that waits
/// for it too.
void extend_lifetimes(const std::vector<bool>& joins, graph::Graph& graph);

}  // namespace arcmeter::backend::cuda

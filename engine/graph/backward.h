// SPDX-License-Identifier: Apache-2.0
// Construction of the backward pass of a lowered graph.
#pragma once

#include <map>

#include "engine/graph/graph.h"

namespace arcmeter::graph {

/// Appends the backward pass of the graph's first `forward_operations` operations, given the gradient of the
/// embedding. Creates a gradient tensor (Role::gradient, NAME.grad) for every parameter those operations
/// read, and returns parameter -> gradient. Gradients that meet at one tensor are summed where the last of
/// them is written if it can, else by an Add.
std::map<TensorId, TensorId> append_backward(Graph& graph, std::size_t forward_operations,
                                             TensorId d_embedding);

}  // namespace arcmeter::graph

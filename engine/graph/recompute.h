// SPDX-License-Identifier: Apache-2.0
// What a step does not keep between its forward and its backward pass, but computes again. Gradients, losses
// and running statistics are the same with every policy: what is run again reads the same operands by the
// same algorithm, dropout takes the same mask, and statistics (mean, variance, inv_std, scale, shift) are
// kept, never taken twice.
#pragma once

#include "engine/graph/graph.h"

namespace arcmeter::graph {

/// Recompute policy `units`: outputs of single-operand channel_maps (BN, BN + PReLU) that only weight
/// gradients read in backward are not kept; the map is run again just before its first use. The maps' own
/// inputs are kept anyway.
void recompute_channel_maps(Graph& graph, std::size_t forward_operations);

/// Recompute policy `blocks`: of each stretch of the forward pass that ends at a tensor marked unit_end only
/// that tensor is kept; what backward reads of the rest is computed once more, from the end before it (the
/// images for the first), at the beginning of the stretch's backward pass. What follows the last mark is
/// kept: backward begins with it.
void recompute_blocks(Graph& graph, std::size_t forward_operations);

}  // namespace arcmeter::graph

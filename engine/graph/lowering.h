// SPDX-License-Identifier: Apache-2.0
// From field-standard operations to what a backend runs.
#pragma once

#include "engine/graph/graph.h"

namespace arcmeter::graph {

enum class Mode { training, inference };

/// BatchNorm becomes statistics + finalize + an affine channel_map (inference: the affine map of the running
/// statistics); PReLU and Add become channel_maps. Operation order is kept.
Graph lower(const Graph& forward, Mode mode);

/// Virtual tensors: an affine map that only channel_maps read is never stored, its readers apply it on load
/// (BN + PReLU, BN + Add). Removes the operations and leaves the dead tensors without a writer.
void fuse_channel_maps(Graph& graph);

/// Statistics of a tensor that a channel_map writes are taken in that pass instead of a pass of their own.
void emit_statistics_from_writers(Graph& graph);

}  // namespace arcmeter::graph

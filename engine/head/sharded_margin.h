// SPDX-License-Identifier: Apache-2.0
// The head over shards of the class centres: what ModelParallel and PartialFc have in common.
#pragma once

#include "engine/head/margin_graph.h"

namespace arcmeter::head {

/// Unit embeddings and labels of the global batch on every rank. On one rank they are the rank's own and
/// nothing is gathered.
struct GlobalBatch {
    graph::TensorId unit = graph::no_tensor;    ///< [global batch, D]
    graph::TensorId labels = graph::no_tensor;  ///< [1, global batch]
};
GlobalBatch append_global_batch(graph::Graph& graph, const HeadOptions& options, MarginGraph& margin);

/// Appends loss and backward pass for this rank's columns of the global batch's logits, and back to the own
/// embeddings. `inputs.unit` and `loss_rows` are set here.
void append_sharded_margin(graph::Graph& graph, const HeadOptions& options, MarginGraph& margin,
                           const GlobalBatch& batch, MarginInputs inputs, HeadTensors& tensors);

}  // namespace arcmeter::head

// SPDX-License-Identifier: Apache-2.0
// What the head strategies have in common: unit embedding, margin softmax forward and backward over given centres.
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Centres [num_classes, D] and momentum of the same shape.
HeadTensors add_class_centres(graph::Graph& graph, const HeadOptions& options);

/// Labels [1, batch] i32, written before each step.
graph::TensorId add_labels(graph::Graph& graph);

struct MarginInputs {
    graph::TensorId labels = graph::no_tensor;  ///< columns' numbering
    graph::TensorId rows = graph::no_tensor;    ///< row of the centres of each column; no_tensor: column j is row j
    std::int64_t columns = 0;
};

/// Appends everything from the embedding to its gradient; fills `tensors.d_embedding` and `graph.result`.
void append_margin_softmax(graph::Graph& graph, const HeadOptions& options, const MarginInputs& inputs,
                           HeadTensors& tensors);

}  // namespace arcmeter::head

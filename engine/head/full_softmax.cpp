// SPDX-License-Identifier: Apache-2.0
#include "engine/head/full_softmax.h"

#include "engine/head/margin_graph.h"

namespace arcmeter::head {

HeadTensors FullSoftmax::append(graph::Graph& graph, const HeadOptions& options) const {
    HeadTensors tensors = add_class_centres(graph, options);
    const graph::TensorId labels = add_labels(graph);
    append_margin_softmax(graph, options, {.labels = labels, .columns = options.num_classes}, tensors);
    return tensors;
}

}  // namespace arcmeter::head

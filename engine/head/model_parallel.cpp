// SPDX-License-Identifier: Apache-2.0
#include "engine/head/model_parallel.h"

#include "engine/head/sharded_margin.h"

namespace arcmeter::head {

HeadTensors ModelParallel::append(graph::Graph& graph, const HeadOptions& options) const {
    const Shard shard = shard_of(options.num_classes, options.ranks);
    HeadTensors tensors = add_class_centres(graph, options, shard);
    tensors.columns = options.num_classes;
    add_labels(graph);
    MarginGraph margin(graph, options);
    const GlobalBatch batch = append_global_batch(graph, options, margin);
    MarginInputs inputs;
    inputs.labels = batch.labels;
    inputs.num_classes = inputs.columns = shard.classes;
    inputs.first_class = shard.first;
    append_sharded_margin(graph, options, margin, batch, inputs, tensors);
    return tensors;
}

}  // namespace arcmeter::head

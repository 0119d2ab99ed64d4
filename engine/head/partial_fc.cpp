// SPDX-License-Identifier: Apache-2.0
#include "engine/head/partial_fc.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/head/sharded_margin.h"

namespace arcmeter::head {
namespace {

std::int64_t sample_of(double ratio, std::int64_t classes) {
    const auto wanted = static_cast<std::int64_t>(std::llround(ratio * static_cast<double>(classes)));
    return std::clamp<std::int64_t>(wanted, 1, classes);
}

/// Row slots of a step. There is room for the case that the global batch's own classes exceed the sample:
/// then all of them are used.
std::int64_t columns_of(double ratio, std::int64_t classes, std::int64_t global_batch) {
    return std::min(classes, std::max(sample_of(ratio, classes), global_batch));
}

std::int64_t columns_of_all_ranks(const HeadOptions& options, std::int64_t global_batch) {
    std::int64_t columns = 0;
    for (std::int64_t rank = 0; rank < options.ranks.size; ++rank) {
        const Shard shard = shard_of(options.num_classes, {rank, options.ranks.size});
        columns += columns_of(options.sample_ratio, shard.classes, global_batch);
    }
    return columns;
}

}  // namespace

HeadTensors PartialFc::append(graph::Graph& graph, const HeadOptions& options) const {
    if (options.keep_class_gradient) {
        throw std::logic_error(
            "Partial FC updates the sampled rows and has no gradient of all class centres");
    }
    const Shard shard = shard_of(options.num_classes, options.ranks);
    HeadTensors tensors = add_class_centres(graph, options, shard);
    add_labels(graph);
    MarginGraph margin(graph, options);
    const GlobalBatch batch = append_global_batch(graph, options, margin);
    const std::int64_t global_batch = graph.tensor(batch.unit).shape.n;
    tensors.columns = columns_of_all_ranks(options, global_batch);
    const auto indices = [&](const char* name, std::int64_t count) {
        return graph.add_tensor(
            {.name = name, .shape = {1, count, 1, 1}, .type = graph::DataType::i32, .head_part = true});
    };
    MarginInputs inputs;
    inputs.num_classes = shard.classes;
    inputs.columns = columns_of(options.sample_ratio, shard.classes, global_batch);
    inputs.rows = indices("head/rows", inputs.columns + 1);  // the first value is how many rows are used
    inputs.labels = indices("head/row_labels", global_batch);
    margin.add({.kind = graph::OpKind::class_sample,
                .inputs = {batch.labels},
                .outputs = {inputs.rows, inputs.labels},
                .attributes = graph::ClassSampleAttributes{
                    .num_classes = shard.classes,
                    .sample_size = sample_of(options.sample_ratio, shard.classes),
                    .ratio = options.sample_ratio,
                    .first_class = shard.first,
                    .rank = options.ranks.rank}});
    append_sharded_margin(graph, options, margin, batch, inputs, tensors);
    return tensors;
}

}  // namespace arcmeter::head

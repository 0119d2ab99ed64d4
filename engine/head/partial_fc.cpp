// SPDX-License-Identifier: Apache-2.0
#include "engine/head/partial_fc.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/head/margin_graph.h"

namespace arcmeter::head {

HeadTensors PartialFc::append(graph::Graph& graph, const HeadOptions& options) const {
    if (options.keep_class_gradient) {
        throw std::logic_error("Partial FC updates the sampled rows and has no gradient of all class centres");
    }
    HeadTensors tensors = add_class_centres(graph, options);
    const graph::TensorId labels = add_labels(graph);
    const std::int64_t batch = graph.tensor(graph.embedding).shape.n;
    const auto wanted =
        static_cast<std::int64_t>(std::llround(options.sample_ratio * static_cast<double>(options.num_classes)));
    const std::int64_t sample = std::clamp<std::int64_t>(wanted, 1, options.num_classes);
    // Room for the case that the batch's own classes exceed the sample: then all of them are used.
    const std::int64_t columns = std::min(options.num_classes, std::max(sample, batch));
    const auto indices = [&](const char* name, std::int64_t count) {
        return graph.add_tensor(
            {.name = name, .shape = {1, count, 1, 1}, .type = graph::DataType::i32, .head_part = true});
    };
    const graph::TensorId rows = indices("head/rows", columns + 1);  // the first value is how many rows are used
    const graph::TensorId row_labels = indices("head/row_labels", batch);
    graph.add_operation({.kind = graph::OpKind::class_sample,
                         .name = "head/ClassSample",
                         .part = graph::Part::head,
                         .inputs = {labels},
                         .outputs = {rows, row_labels},
                         .attributes = graph::ClassSampleAttributes{options.num_classes, sample, options.sample_ratio}});
    append_margin_softmax(graph, options, {.labels = row_labels, .rows = rows, .columns = columns}, tensors);
    return tensors;
}

}  // namespace arcmeter::head

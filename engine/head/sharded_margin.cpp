// SPDX-License-Identifier: Apache-2.0
#include "engine/head/sharded_margin.h"

#include <stdexcept>

namespace arcmeter::head {

using graph::Graph;
using graph::OpKind;
using graph::Payload;
using graph::TensorId;

namespace {

TensorId global_tensor(Graph& graph, const std::string& name, const graph::Shape& shape,
                       graph::DataType type) {
    return graph.add_tensor({.name = name, .shape = shape, .type = type, .role = graph::Role::communication});
}

/// Softmax sums and target cosines of all shards, waited for at once: nothing can go on without them.
void reduce_sums(Graph& graph, TensorId row_state) {
    const std::int64_t batch = graph.tensor(row_state).shape.c;
    static_assert(graph::margin_softmax::sum_exp == 0 && graph::margin_softmax::target_cos == 1);
    auto [start, wait] = graph::make_all_reduce(
        "head/softmax_sums", {row_state},
        {.request = graph::next_request(graph), .payload = Payload::softmax_sums, .elements = 2 * batch});
    graph.add_operation(std::move(start));
    graph.add_operation(std::move(wait));
}

/// Only accuracy needs the largest cosine: it is reduced while the backward pass runs.
void reduce_maximum(Graph& graph, const MarginGraph& margin, HeadTensors& tensors) {
    const TensorId row_state = margin.row_state();
    const std::int64_t batch = graph.tensor(row_state).shape.c;
    auto [start, wait] =
        graph::make_all_reduce("head/row_maximum", {row_state},
                               {.request = graph::next_request(graph),
                                .payload = Payload::row_maximum,
                                .reduction = graph::Reduction::max,
                                .first = std::int64_t{graph::margin_softmax::max_other} * batch,
                                .elements = batch});
    graph.add_operation(std::move(start));
    tensors.at_end.push_back(std::move(wait));
    tensors.at_end.push_back(margin.named(
        {.kind = OpKind::margin_softmax_accuracy, .inputs = {row_state}, .outputs = {graph.result}}));
}

/// Each rank's rows of the summed gradient: every shard has added its classes' share.
TensorId scatter_gradient(Graph& graph, MarginGraph& margin, TensorId d_unit_global, std::int64_t ranks) {
    const graph::Shape& shape = graph.tensor(d_unit_global).shape;
    const TensorId own = margin.scratch("head/unit_embedding/own_grad", shape.n / ranks, shape.c);
    auto [start, wait] = graph::make_reduce_scatter(
        "head/embedding_gradients", d_unit_global, own,
        {.request = graph::next_request(graph), .payload = Payload::embedding_gradients});
    graph.add_operation(std::move(start));
    graph.add_operation(std::move(wait));
    return own;
}

}  // namespace

GlobalBatch append_global_batch(Graph& graph, const HeadOptions& options, MarginGraph& margin) {
    const TensorId labels = graph.labels;
    const std::int64_t ranks = options.ranks.size;
    if (ranks == 1) return {margin.append_normalize(), labels};
    graph::Shape shape = graph.tensor(graph.embedding).shape;
    shape.n *= ranks;
    GlobalBatch batch;
    batch.labels = global_tensor(graph, "head/global_labels", {1, shape.n, 1, 1}, graph::DataType::i32);
    auto labels_gather =
        graph::make_all_gather("head/labels", labels, batch.labels,
                               {.request = graph::next_request(graph), .payload = Payload::labels});
    graph.add_operation(std::move(labels_gather.start));
    const TensorId unit = margin.append_normalize();
    batch.unit = global_tensor(graph, "head/global_unit_embedding", shape, graph::DataType::f32);
    auto unit_gather =
        graph::make_all_gather("head/embeddings", unit, batch.unit,
                               {.request = graph::next_request(graph), .payload = Payload::embeddings});
    graph.add_operation(std::move(unit_gather.start));
    graph.add_operation(std::move(labels_gather.wait));
    graph.add_operation(std::move(unit_gather.wait));
    return batch;
}

void append_sharded_margin(Graph& graph, const HeadOptions& options, MarginGraph& margin,
                           const GlobalBatch& batch, MarginInputs inputs, HeadTensors& tensors) {
    const std::int64_t ranks = options.ranks.size;
    if (ranks > 1 && options.keep_class_gradient) {
        throw std::logic_error("the class centres' gradient is kept on one rank only");
    }
    inputs.unit = batch.unit;
    inputs.loss_rows = graph.tensor(batch.unit).shape.n;
    inputs.finish = ranks == 1;
    margin.append_forward(inputs, tensors);
    if (ranks > 1) {
        reduce_sums(graph, margin.row_state());
        graph::MarginSoftmaxAttributes attributes = margin_of(options.loss);
        attributes.loss_rows = inputs.loss_rows;
        margin.add({.kind = OpKind::margin_softmax_finish,
                    .inputs = {margin.row_state()},
                    .outputs = {margin.row_state(), graph.result},
                    .attributes = attributes});
        reduce_maximum(graph, margin, tensors);
    }
    TensorId d_unit = margin.append_backward(tensors);
    if (ranks > 1) d_unit = scatter_gradient(graph, margin, d_unit, ranks);
    margin.append_normalize_backward(d_unit, tensors);
}

}  // namespace arcmeter::head

// SPDX-License-Identifier: Apache-2.0
#include "engine/head/margin_graph.h"

namespace arcmeter::head {

using graph::Graph;
using graph::no_tensor;
using graph::OpKind;
using graph::Part;
using graph::Role;
using graph::TensorId;

HeadTensors add_class_centres(Graph& graph, const HeadOptions& options, const Shard& shard) {
    const std::int64_t width = graph.tensor(graph.embedding).shape.c;
    const graph::Shape shape{shard.classes, width, 1, 1};
    HeadTensors tensors;
    tensors.centres = graph.add_tensor({.name = "head.weight",
                                        .shape = shape,
                                        .type = options.centre_type,
                                        .role = Role::class_centre,
                                        .initialiser = graph::Initialiser::normal,
                                        .initial_stddev = 0.01,
                                        .initial_first = shard.first * width,
                                        .host_memory = options.centres_in_host_memory});
    if (options.keep_class_gradient) {
        tensors.gradient =
            graph.add_tensor({.name = "head.weight.grad", .shape = shape, .role = Role::class_gradient});
    }
    tensors.momentum = graph.add_tensor({.name = "head.weight.momentum",
                                         .shape = shape,
                                         .type = options.momentum_type,
                                         .role = Role::class_momentum,
                                         .initialiser = graph::Initialiser::zero,
                                         .host_memory = options.momentum_in_host_memory});
    return tensors;
}

TensorId add_labels(Graph& graph) {
    graph.labels = graph.add_tensor({.name = "labels",
                                     .shape = {1, graph.tensor(graph.embedding).shape.n, 1, 1},
                                     .type = graph::DataType::i32,
                                     .role = Role::input});
    return graph.labels;
}

MarginGraph::MarginGraph(Graph& graph, const HeadOptions& options)
    : graph_(graph), options_(options), width_(graph.tensor(graph.embedding).shape.c) {}

TensorId MarginGraph::append_normalize() {
    const std::int64_t batch = graph_.tensor(graph_.embedding).shape.n;
    own_unit_ = scratch("head/unit_embedding", batch, width_);
    own_norms_ = scratch("head/embedding_inverse_norms", 1, batch);
    add({.kind = OpKind::unit_normalize, .inputs = {graph_.embedding}, .outputs = {own_unit_, own_norms_}});
    return own_unit_;
}

void MarginGraph::append_forward(const MarginInputs& inputs, const HeadTensors& tensors) {
    inputs_ = inputs;
    batch_ = graph_.tensor(inputs.unit).shape.n;
    attributes_ = margin_of(options_.loss);
    attributes_.num_classes = inputs.num_classes;
    attributes_.first_class = inputs.first_class;
    attributes_.columns = inputs.columns;
    attributes_.chunk = chunk_columns(width_, inputs.columns, options_.class_chunk_bytes);
    attributes_.loss_rows = inputs.loss_rows;
    attributes_.keep_logits = inputs.columns <= kept_logits_bytes / 4 / batch_;
    attributes_.fused_update = !options_.keep_class_gradient;
    attributes_.finish = inputs.finish;
    row_state_ = scratch("head/row_state", graph::margin_softmax::row_state_rows, batch_);
    inverse_norms_ = scratch("head/centre_inverse_norms", 1, attributes_.columns);
    logits_ =
        scratch("head/logits", batch_, attributes_.keep_logits ? attributes_.columns : attributes_.chunk);
    graph_.result = graph_.add_tensor({.name = "result", .shape = {1, 2, 1, 1}, .role = Role::result});
    add({.kind = OpKind::margin_softmax_forward,
         .inputs = {inputs.unit, tensors.centres, inputs.labels, inputs.rows},
         .outputs = {row_state_, inputs.finish ? graph_.result : no_tensor, inverse_norms_, logits_,
                     gathered_scratch("head/gathered")},
         .attributes = attributes_});
}

TensorId MarginGraph::append_backward(const HeadTensors& tensors) {
    d_unit_ = scratch("head/unit_embedding/grad", batch_, width_);
    append_backward_of(tensors, attributes_, tensors.gradient, "");
    return d_unit_;
}

void MarginGraph::append_backward_part(const HeadTensors& tensors, const BackwardPart& part) {
    if (part.first == 0) d_unit_ = scratch("head/unit_embedding/grad", batch_, width_);
    graph::MarginSoftmaxAttributes attributes = attributes_;
    attributes.first_column = part.first;
    attributes.columns = part.count;
    attributes.fused_update = false;
    append_backward_of(tensors, attributes, part.gradient,
                       std::string("/").append(std::to_string(part.first)));
}

void MarginGraph::append_backward_of(const HeadTensors& tensors,
                                     const graph::MarginSoftmaxAttributes& attributes, TensorId gradient,
                                     const std::string& suffix) {
    const TensorId chunk_logits =
        attributes.keep_logits ? no_tensor : scratch("head/logits_again" + suffix, batch_, attributes.chunk);
    const bool fused = attributes.fused_update;
    add({.kind = OpKind::margin_softmax_backward,
         .inputs = {inputs_.unit, tensors.centres, inputs_.labels, inputs_.rows, row_state_, inverse_norms_,
                    attributes.keep_logits ? logits_ : no_tensor, fused ? tensors.momentum : no_tensor,
                    fused ? no_tensor : gradient},
         .outputs = {d_unit_, chunk_logits, gathered_scratch("head/gathered_again" + suffix),
                     scratch("head/chunk_products" + suffix, attributes.chunk, width_ + 1)},
         .attributes = attributes});
}

void MarginGraph::append_normalize_backward(TensorId d_unit, HeadTensors& tensors) {
    const graph::Tensor embedding = graph_.tensor(graph_.embedding);
    tensors.d_embedding = graph_.add_tensor({.name = embedding.name + "/grad",
                                             .shape = embedding.shape,
                                             .type = embedding.type,
                                             .head_part = true});
    add({.kind = OpKind::unit_normalize_backward,
         .inputs = {d_unit, own_unit_, own_norms_},
         .outputs = {tensors.d_embedding}});
}

TensorId MarginGraph::scratch(const std::string& name, std::int64_t rows, std::int64_t columns) {
    return graph_.add_tensor({.name = name, .shape = {rows, columns, 1, 1}, .head_part = true});
}

TensorId MarginGraph::gathered_scratch(const std::string& name) {
    // Products read FP32 centres side by side: sampled rows and rows of another type are copied.
    const bool in_place = inputs_.rows == no_tensor && options_.centre_type == graph::DataType::f32;
    return in_place ? no_tensor : scratch(name, attributes_.chunk, width_);
}

graph::Operation MarginGraph::named(graph::Operation op) const {
    op.name = "head/" + std::string(to_string(op.kind));
    op.part = Part::head;
    return op;
}

void MarginGraph::add(graph::Operation op) {
    graph_.add_operation(named(std::move(op)));
}

}  // namespace arcmeter::head

// SPDX-License-Identifier: Apache-2.0
#include "engine/head/margin_graph.h"

namespace arcmeter::head {

using graph::Graph;
using graph::no_tensor;
using graph::OpKind;
using graph::Part;
using graph::Role;
using graph::TensorId;

HeadTensors add_class_centres(Graph& graph, const HeadOptions& options) {
    const graph::Shape shape{options.num_classes, graph.tensor(graph.embedding).shape.c, 1, 1};
    HeadTensors tensors;
    tensors.centres = graph.add_tensor({.name = "head.weight",
                                        .shape = shape,
                                        .role = Role::class_centre,
                                        .initialiser = graph::Initialiser::normal,
                                        .initial_stddev = 0.01});
    if (options.keep_class_gradient) {
        tensors.gradient =
            graph.add_tensor({.name = "head.weight.grad", .shape = shape, .role = Role::class_gradient});
    }
    tensors.momentum = graph.add_tensor({.name = "head.weight.momentum",
                                         .shape = shape,
                                         .role = Role::class_momentum,
                                         .initialiser = graph::Initialiser::zero});
    return tensors;
}

TensorId add_labels(Graph& graph) {
    graph.labels = graph.add_tensor({.name = "labels",
                                     .shape = {1, graph.tensor(graph.embedding).shape.n, 1, 1},
                                     .type = graph::DataType::i32,
                                     .role = Role::input});
    return graph.labels;
}

namespace {

class MarginGraph {
public:
    MarginGraph(Graph& graph, const HeadOptions& options, const MarginInputs& inputs, HeadTensors& tensors)
        : graph_(graph), options_(options), inputs_(inputs), tensors_(tensors) {
        const graph::Shape& embedding = graph.tensor(graph.embedding).shape;
        batch_ = embedding.n;
        width_ = embedding.c;
        attributes_ = margin_of(options.loss);
        attributes_.num_classes = options.num_classes;
        attributes_.columns = inputs.columns;
        attributes_.chunk = chunk_columns(width_, inputs.columns, options.class_chunk_bytes);
        attributes_.keep_logits = inputs.columns <= kept_logits_bytes / 4 / batch_;
        attributes_.fused_update = !options.keep_class_gradient;
    }

    void append() {
        const TensorId unit = scratch("head/unit_embedding", batch_, width_);
        const TensorId norms = scratch("head/embedding_inverse_norms", 1, batch_);
        add({.kind = OpKind::unit_normalize, .inputs = {graph_.embedding}, .outputs = {unit, norms}});
        append_forward(unit);
        append_backward(unit);
        const graph::Tensor embedding = graph_.tensor(graph_.embedding);
        tensors_.d_embedding = graph_.add_tensor({.name = embedding.name + "/grad",
                                                  .shape = embedding.shape,
                                                  .type = embedding.type,
                                                  .head_part = true});
        add({.kind = OpKind::unit_normalize_backward,
             .inputs = {d_unit_, unit, norms},
             .outputs = {tensors_.d_embedding}});
    }

private:
    void append_forward(TensorId unit) {
        row_state_ = scratch("head/row_state", graph::margin_softmax::row_state_rows, batch_);
        inverse_norms_ = scratch("head/centre_inverse_norms", 1, attributes_.columns);
        logits_ = scratch("head/logits", batch_, attributes_.keep_logits ? attributes_.columns : attributes_.chunk);
        graph_.result = graph_.add_tensor({.name = "result", .shape = {1, 2, 1, 1}, .role = Role::result});
        add({.kind = OpKind::margin_softmax_forward,
             .inputs = {unit, tensors_.centres, inputs_.labels, inputs_.rows},
             .outputs = {row_state_, graph_.result, inverse_norms_, logits_, gathered_scratch("head/gathered")},
             .attributes = attributes_});
    }

    void append_backward(TensorId unit) {
        d_unit_ = scratch("head/unit_embedding/grad", batch_, width_);
        const TensorId chunk_logits =
            attributes_.keep_logits ? no_tensor : scratch("head/logits_again", batch_, attributes_.chunk);
        const bool fused = attributes_.fused_update;
        add({.kind = OpKind::margin_softmax_backward,
             .inputs = {unit, tensors_.centres, inputs_.labels, inputs_.rows, row_state_, inverse_norms_,
                        attributes_.keep_logits ? logits_ : no_tensor, fused ? tensors_.momentum : no_tensor,
                        fused ? no_tensor : tensors_.gradient},
             .outputs = {d_unit_, chunk_logits, gathered_scratch("head/gathered_again"),
                         scratch("head/chunk_products", attributes_.chunk, width_ + 1)},
             .attributes = attributes_});
    }

    TensorId scratch(const std::string& name, std::int64_t rows, std::int64_t columns) {
        return graph_.add_tensor({.name = name, .shape = {rows, columns, 1, 1}, .head_part = true});
    }

    TensorId gathered_scratch(const std::string& name) {
        return inputs_.rows == no_tensor ? no_tensor : scratch(name, attributes_.chunk, width_);
    }

    void add(graph::Operation op) {
        op.name = "head/" + std::string(to_string(op.kind));
        op.part = Part::head;
        graph_.add_operation(std::move(op));
    }

    Graph& graph_;
    const HeadOptions& options_;
    const MarginInputs& inputs_;
    HeadTensors& tensors_;
    graph::MarginSoftmaxAttributes attributes_;
    std::int64_t batch_ = 0;
    std::int64_t width_ = 0;
    TensorId row_state_ = no_tensor;
    TensorId inverse_norms_ = no_tensor;
    TensorId logits_ = no_tensor;
    TensorId d_unit_ = no_tensor;
};

}  // namespace

void append_margin_softmax(Graph& graph, const HeadOptions& options, const MarginInputs& inputs, HeadTensors& tensors) {
    MarginGraph(graph, options, inputs, tensors).append();
}

}  // namespace arcmeter::head

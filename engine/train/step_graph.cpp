// SPDX-License-Identifier: Apache-2.0
#include "engine/train/step_graph.h"

#include "engine/graph/backward.h"
#include "engine/graph/cost.h"
#include "engine/graph/lowering.h"
#include "engine/models/registry.h"

namespace arcmeter::train {
namespace {

graph::Graph build_forward(const protocol::RunConfig& config, bool float_input) {
    graph::LayerOptions options = models::layer_options(config);
    options.float_input = float_input;
    return models::build(config.model, config.effective_fc_type(), options);
}

/// Forward and two gradients over the classes a step uses, 6 D C; logits computed again are not counted.
std::int64_t head_flops_per_sample(const graph::Graph& graph) {
    for (const graph::Operation& op : graph.operations()) {
        if (op.kind != graph::OpKind::margin_softmax_forward) continue;
        return 6 * graph.tensor(graph.embedding).shape.c * op.get<graph::MarginSoftmaxAttributes>().columns;
    }
    return 0;
}

/// What operations without a product move; the batch is the embeddings' first dimension.
std::int64_t bytes_per_sample(const graph::Graph& graph) {
    double bytes = 0;
    for (const graph::Operation& op : graph.operations()) {
        const graph::OperationCost cost = graph::cost_of(graph, op);
        if (cost.flops == 0) bytes += cost.bytes;
    }
    return static_cast<std::int64_t>(bytes / static_cast<double>(graph.tensor(graph.embedding).shape.n));
}

/// One SGD operation over every trained tensor. The head's centres join it only where they have a gradient.
void append_update(graph::Graph& graph, const std::map<graph::TensorId, graph::TensorId>& gradients,
                   const head::HeadTensors& head) {
    graph::Operation update{
        .kind = graph::OpKind::sgd_update, .name = "sgd", .part = graph::Part::optimizer};
    const auto add = [&](graph::TensorId parameter, graph::TensorId gradient, graph::TensorId momentum) {
        update.inputs.insert(update.inputs.end(), {parameter, gradient, momentum});
    };
    for (const auto& [parameter, gradient] : gradients) {
        const graph::Tensor source = graph.tensor(parameter);
        add(parameter, gradient,
            graph.add_tensor({.name = source.name + ".momentum",
                              .shape = source.shape,
                              .role = graph::Role::momentum,
                              .initialiser = graph::Initialiser::zero}));
    }
    if (head.gradient != graph::no_tensor) add(head.centres, head.gradient, head.momentum);
    graph.add_operation(std::move(update));
}

}  // namespace

StepGraph build_step_graph(const protocol::RunConfig& config, std::int64_t num_classes,
                           const StepGraphOptions& options) {
    return build_step_graph(build_forward(config, options.float_input), config, num_classes, options);
}

StepGraph build_step_graph(const graph::Graph& forward, const protocol::RunConfig& config, std::int64_t num_classes,
                           const StepGraphOptions& options) {
    const graph::NetworkCost cost = graph::network_cost(forward);

    StepGraph step;
    step.graph = graph::lower(forward, graph::Mode::training);
    graph::fuse_channel_maps(step.graph);
    graph::emit_statistics_from_writers(step.graph);
    const std::size_t forward_operations = step.graph.operations().size();

    head::HeadOptions head_options{config.loss, num_classes, config.sample_ratio, options.keep_class_gradient};
    step.head = head::make_head(config.parallelism)->append(step.graph, head_options);
    const auto gradients = graph::append_backward(step.graph, forward_operations, step.head.d_embedding);
    if (config.recompute == protocol::Recompute::units) {
        graph::recompute_channel_maps(step.graph, forward_operations);
    }
    if (options.update) append_update(step.graph, gradients, step.head);

    step.parameters = cost.parameters;
    step.flops_per_sample = cost.flops_per_sample;
    step.num_classes = num_classes;
    step.head_flops_per_sample = head_flops_per_sample(step.graph);
    step.bytes_per_sample = bytes_per_sample(step.graph);
    step.graph.verify();
    return step;
}

graph::Graph build_inference_graph(const protocol::RunConfig& config) {
    graph::Graph graph = graph::lower(build_forward(config, true), graph::Mode::inference);
    graph::fuse_channel_maps(graph);
    return graph;
}

}  // namespace arcmeter::train

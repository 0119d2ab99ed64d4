// SPDX-License-Identifier: Apache-2.0
#include "engine/train/step_graph.h"

#include "engine/graph/backward.h"
#include "engine/graph/collectives.h"
#include "engine/graph/cost.h"
#include "engine/graph/lowering.h"
#include "engine/graph/recompute.h"
#include "engine/models/registry.h"

namespace arcmeter::train {
namespace {

graph::Graph build_forward(const protocol::RunConfig& config, bool float_input) {
    graph::LayerOptions options = models::layer_options(config);
    options.float_input = float_input;
    return models::build(config.model, config.effective_fc_type(), options);
}

graph::DataType wire_type(const protocol::RunConfig& config) {
    const bool half = config.communication_precision == protocol::CommunicationPrecision::bf16;
    return half ? graph::DataType::bf16 : graph::DataType::f32;
}

graph::DataType type_of(protocol::StatePrecision precision) {
    return precision == protocol::StatePrecision::bf16 ? graph::DataType::bf16 : graph::DataType::f32;
}

head::HeadOptions head_options(const protocol::RunConfig& config, std::int64_t num_classes,
                               const StepGraphOptions& options) {
    head::HeadOptions out;
    out.loss = config.loss;
    out.num_classes = num_classes;
    out.sample_ratio = config.sample_ratio;
    out.keep_class_gradient = options.keep_class_gradient;
    out.class_chunk_bytes = options.class_chunk_bytes;
    out.ranks = {options.rank, config.world_size()};
    out.bucket_bytes = config.communication_bucket_bytes;
    out.wire = wire_type(config);
    out.class_chunk_bytes = options.class_chunk_bytes;
    out.centre_type = type_of(config.class_precision);
    out.momentum_type = type_of(config.momentum_precision);
    out.momentum_in_host_memory = config.class_memory != protocol::ClassMemory::device;
    out.centres_in_host_memory = config.class_memory == protocol::ClassMemory::host_all;
    return out;
}

/// Dropout masks are those of the global batch, of which this rank has the samples from rank x batch on.
void number_samples(graph::Graph& graph, std::int64_t rank) {
    for (graph::Operation& op : graph.operations()) {
        if (op.kind != graph::OpKind::dropout) continue;
        std::get<graph::DropoutAttributes>(op.attributes).first_sample =
            rank * graph.tensor(op.output(0)).shape.n;
    }
}

using Gradients = std::map<graph::TensorId, graph::TensorId>;

/// Sums the gradients over the ranks. They come out as means: the head has divided by the global batch.
void append_reduction(graph::Graph& graph, std::size_t forward_operations, const Gradients& gradients,
                      const protocol::RunConfig& config, head::HeadTensors& head) {
    std::vector<graph::TensorId> ids;
    for (const auto& [parameter, gradient] : gradients) ids.push_back(gradient);
    const std::vector<graph::Operation> waits = graph::reduce_gradients(
        graph, forward_operations, ids, config.communication_bucket_bytes, wire_type(config));
    for (graph::Operation& op : head.at_end) graph.add_operation(std::move(op));
    head.at_end.clear();
    for (const graph::Operation& wait : waits) graph.add_operation(wait);
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
void append_update(graph::Graph& graph, const Gradients& gradients, const head::HeadTensors& head) {
    graph::Operation update{.kind = graph::OpKind::sgd_update, .name = "sgd", .part = graph::Part::optimizer};
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

StepGraph build_step_graph(const graph::Graph& forward, const protocol::RunConfig& config,
                           std::int64_t num_classes, const StepGraphOptions& options) {
    const graph::NetworkCost cost = graph::network_cost(forward);

    StepGraph step;
    step.graph = graph::lower(forward, graph::Mode::training);
    graph::fuse_channel_maps(step.graph);
    graph::emit_statistics_from_writers(step.graph);
    const std::size_t forward_operations = step.graph.operations().size();

    const std::unique_ptr<head::HeadStrategy> strategy = head::make_head(config.parallelism);
    step.head = strategy->append(step.graph, head_options(config, num_classes, options));
    const Gradients gradients = graph::append_backward(step.graph, forward_operations, step.head.d_embedding);
    if (config.recompute == protocol::Recompute::units) {
        graph::recompute_channel_maps(step.graph, forward_operations);
    } else if (config.recompute == protocol::Recompute::blocks) {
        graph::recompute_blocks(step.graph, forward_operations);
    }
    number_samples(step.graph, options.rank);
    if (config.world_size() > 1)
        append_reduction(step.graph, forward_operations, gradients, config, step.head);
    if (options.update) append_update(step.graph, gradients, step.head);

    step.parameters = cost.parameters;
    step.flops_per_sample = cost.flops_per_sample;
    step.num_classes = num_classes;
    // Forward and two gradients over the classes a step uses, 6 D C; logits computed again are not counted.
    step.head_flops_per_sample = 6 * step.graph.tensor(step.graph.embedding).shape.c * step.head.columns;
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

// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/lowering.h"

#include <algorithm>

namespace arcmeter::graph {
namespace {

TensorId add_channel_vector(Graph& graph, const std::string& name, std::int64_t channels) {
    return graph.add_tensor({.name = name, .shape = {1, channels, 1, 1}});
}

/// y = scale x + shift as a channel_map over x.
Operation affine_map(const Operation& source, TensorId scale, TensorId shift) {
    return {.kind = OpKind::channel_map,
            .name = source.name,
            .inputs = {source.input(0), scale, shift, no_tensor, no_tensor, no_tensor, no_tensor},
            .outputs = {source.output(0)}};
}

void lower_batch_norm(Graph& graph, const Operation& source, Mode mode) {
    const std::int64_t channels = graph.tensor(source.input(0)).shape.c;
    const std::string& name = source.name;
    const TensorId gamma = source.input(1), beta = source.input(2);
    const TensorId running_mean = source.input(3), running_var = source.input(4);
    const TensorId scale = add_channel_vector(graph, name + "/scale", channels);
    const TensorId shift = add_channel_vector(graph, name + "/shift", channels);
    if (mode == Mode::inference) {
        graph.add_operation({.kind = OpKind::batch_norm_inference,
                             .name = name + "/inference",
                             .inputs = {gamma, beta, running_mean, running_var},
                             .outputs = {scale, shift},
                             .attributes = source.attributes});
    } else {
        const TensorId mean = add_channel_vector(graph, name + "/mean", channels);
        const TensorId variance = add_channel_vector(graph, name + "/variance", channels);
        const TensorId inv_std = add_channel_vector(graph, name + "/inv_std", channels);
        graph.add_operation({.kind = OpKind::channel_statistics,
                             .name = name + "/statistics",
                             .inputs = {source.input(0)},
                             .outputs = {mean, variance}});
        graph.add_operation({.kind = OpKind::batch_norm_finalize,
                             .name = name + "/finalize",
                             .inputs = {mean, variance, gamma, beta, running_mean, running_var},
                             .outputs = {inv_std, scale, shift},
                             .attributes = source.attributes});
    }
    graph.add_operation(affine_map(source, scale, shift));
}

void lower_operation(Graph& graph, const Operation& source, Mode mode) {
    switch (source.kind) {
        case OpKind::batch_norm:
            lower_batch_norm(graph, source, mode);
            return;
        case OpKind::prelu: {
            Operation map = affine_map(source, no_tensor, no_tensor);
            map.inputs[channel_map::slope] = source.input(1);
            graph.add_operation(std::move(map));
            return;
        }
        case OpKind::add: {
            Operation map = affine_map(source, no_tensor, no_tensor);
            map.inputs[channel_map::b] = source.input(1);
            graph.add_operation(std::move(map));
            return;
        }
        case OpKind::dropout:
            if (mode == Mode::training) graph.add_operation(source);
            return;
        default:
            graph.add_operation(source);
    }
}

/// Without dropout in inference, its readers read what it read.
void bypass_dropouts(const Graph& forward, Graph& graph) {
    for (const Operation& source : forward.operations()) {
        if (source.kind != OpKind::dropout) continue;
        for (Operation& operation : graph.operations()) {
            std::replace(operation.inputs.begin(), operation.inputs.end(), source.output(0), source.input(0));
        }
    }
}

bool is_pure_affine(const Operation& op) {
    return op.kind == OpKind::channel_map && op.input(channel_map::scale_a) != no_tensor &&
           op.input(channel_map::b) == no_tensor && op.input(channel_map::slope) == no_tensor;
}

bool can_read_virtual(const Operation& reader, TensorId id) {
    if (reader.kind != OpKind::channel_map) return false;
    const bool as_a = reader.input(channel_map::a) == id && reader.input(channel_map::scale_a) == no_tensor;
    const bool as_b = reader.input(channel_map::b) == id && reader.input(channel_map::scale_b) == no_tensor;
    return as_a || as_b;
}

void read_through(Operation& reader, const Operation& affine) {
    for (const std::size_t slot : {std::size_t{channel_map::a}, std::size_t{channel_map::b}}) {
        if (reader.inputs[slot] != affine.output(0)) continue;
        reader.inputs[slot] = affine.input(channel_map::a);
        reader.inputs[slot + 1] = affine.input(channel_map::scale_a);
        reader.inputs[slot + 2] = affine.input(channel_map::shift_a);
    }
}

void erase_marked(Graph& graph, const std::vector<bool>& dead) {
    std::size_t index = 0;
    std::erase_if(graph.operations(), [&](const Operation&) { return dead[index++]; });
}

}  // namespace

Graph lower(const Graph& forward, Mode mode) {
    Graph graph = forward;
    graph.operations().clear();
    for (const Operation& source : forward.operations()) lower_operation(graph, source, mode);
    if (mode == Mode::inference) bypass_dropouts(forward, graph);
    graph.verify();
    return graph;
}

void fuse_channel_maps(Graph& graph) {
    const auto readers = graph.readers();
    std::vector<bool> dead(graph.operations().size(), false);
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        const Operation affine = graph.operations()[i];
        if (!is_pure_affine(affine) || affine.output(0) == graph.embedding) continue;
        const auto& users = readers[static_cast<std::size_t>(affine.output(0))];
        const bool all_can = !users.empty() && std::all_of(users.begin(), users.end(), [&](std::size_t user) {
            return can_read_virtual(graph.operations()[user], affine.output(0));
        });
        if (!all_can) continue;
        for (const std::size_t user : users) read_through(graph.operations()[user], affine);
        dead[i] = true;
    }
    erase_marked(graph, dead);
    graph.verify();
}

void emit_statistics_from_writers(Graph& graph) {
    const auto writers = graph.writers();
    std::vector<bool> dead(graph.operations().size(), false);
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        const Operation& statistics = graph.operations()[i];
        if (statistics.kind != OpKind::channel_statistics) continue;
        const auto& sources = writers[static_cast<std::size_t>(statistics.input(0))];
        if (sources.size() != 1) continue;
        Operation& writer = graph.operations()[sources.front()];
        if (writer.kind != OpKind::channel_map || writer.outputs.size() > 1) continue;
        writer.outputs.push_back(statistics.output(0));
        writer.outputs.push_back(statistics.output(1));
        dead[i] = true;
    }
    erase_marked(graph, dead);
    graph.verify();
}

}  // namespace arcmeter::graph

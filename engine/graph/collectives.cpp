// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/collectives.h"

#include <algorithm>

namespace arcmeter::graph {
namespace {

Collective make(OpKind kind, const std::string& name, std::vector<TensorId> inputs,
                std::vector<TensorId> outputs, CollectiveAttributes attributes) {
    Collective collective;
    collective.start = {.kind = kind,
                        .name = name,
                        .part = Part::communication,
                        .inputs = std::move(inputs),
                        .outputs = std::move(outputs),
                        .attributes = attributes};
    collective.wait = collective.start;
    collective.wait.kind = OpKind::wait;
    collective.wait.name = name + "/wait";
    return collective;
}

bool is_collective(OpKind kind) {
    return kind == OpKind::all_reduce || kind == OpKind::all_gather || kind == OpKind::reduce_scatter;
}

/// A gradient and the last operation that touches it.
struct ReadyGradient {
    std::size_t ready = 0;
    TensorId gradient = no_tensor;
};

/// In the order of readiness. BatchNorm's sums are read once more after they are written, for dx: an
/// all_reduce in between would give that reader other ranks' sums too.
std::vector<ReadyGradient> in_ready_order(const Graph& graph, std::size_t operations_before,
                                          std::span<const TensorId> gradients) {
    std::map<TensorId, std::size_t> last;
    for (const TensorId gradient : gradients) last[gradient] = operations_before;
    for (std::size_t i = operations_before; i < graph.operations().size(); ++i) {
        const Operation& op = graph.operations()[i];
        for (const auto* side : {&op.inputs, &op.outputs}) {
            for (const TensorId id : *side) {
                if (const auto found = last.find(id); found != last.end()) found->second = i;
            }
        }
    }
    std::vector<ReadyGradient> order;
    for (const auto& [gradient, ready] : last) order.push_back({ready, gradient});
    std::stable_sort(order.begin(), order.end(),
                     [](const ReadyGradient& a, const ReadyGradient& b) { return a.ready < b.ready; });
    return order;
}

std::int64_t elements_of(const Graph& graph, const Operation& op) {
    const auto& attributes = op.get<CollectiveAttributes>();
    if (attributes.elements > 0) return attributes.elements;
    const auto& counted = op.kind == OpKind::all_gather ? op.outputs : op.inputs;
    std::int64_t elements = 0;
    for (const TensorId id : counted) elements += graph.tensor(id).shape.elements();
    return elements;
}

}  // namespace

Collective make_all_reduce(const std::string& name, std::vector<TensorId> tensors,
                           CollectiveAttributes attributes) {
    return make(OpKind::all_reduce, name, tensors, tensors, attributes);
}

Collective make_all_gather(const std::string& name, TensorId mine, TensorId all,
                           CollectiveAttributes attributes) {
    return make(OpKind::all_gather, name, {mine}, {all}, attributes);
}

Collective make_reduce_scatter(const std::string& name, TensorId all, TensorId mine,
                               CollectiveAttributes attributes) {
    return make(OpKind::reduce_scatter, name, {all}, {mine}, attributes);
}

std::int32_t next_request(const Graph& graph) {
    return static_cast<std::int32_t>(
        std::count_if(graph.operations().begin(), graph.operations().end(),
                      [](const Operation& op) { return is_collective(op.kind); }));
}

std::vector<Operation> reduce_gradients(Graph& graph, std::size_t operations_before,
                                        std::span<const TensorId> gradients, std::int64_t bucket_bytes,
                                        DataType wire) {
    std::multimap<std::size_t, Operation> starts;  // after which operation
    std::vector<Operation> waits;
    std::vector<TensorId> bucket;
    std::int64_t bytes = 0;
    std::int32_t request = next_request(graph);
    const std::vector<ReadyGradient> order = in_ready_order(graph, operations_before, gradients);
    for (const ReadyGradient& next : order) {
        bucket.push_back(next.gradient);
        bytes += graph.tensor(next.gradient).bytes();
        if (bytes < bucket_bytes && next.gradient != order.back().gradient) continue;
        auto [start, wait] =
            make_all_reduce("gradients/" + std::to_string(waits.size()), std::move(bucket),
                            {.request = request++, .payload = Payload::gradients, .wire = wire});
        starts.emplace(next.ready, std::move(start));
        waits.push_back(std::move(wait));
        bucket.clear();
        bytes = 0;
    }
    std::vector<Operation> operations;
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        operations.push_back(std::move(graph.operations()[i]));
        for (auto [at, end] = starts.equal_range(i); at != end; ++at)
            operations.push_back(std::move(at->second));
    }
    graph.operations() = std::move(operations);
    return waits;
}

std::vector<CollectiveCost> collective_costs(const Graph& graph) {
    std::vector<CollectiveCost> costs(static_cast<std::size_t>(next_request(graph)));
    for (const Operation& op : graph.operations()) {
        if (!is_collective(op.kind)) continue;
        const auto& attributes = op.get<CollectiveAttributes>();
        const DataType type =
            op.kind == OpKind::all_reduce ? attributes.wire : graph.tensor(op.input(0)).type;
        costs.at(static_cast<std::size_t>(attributes.request)) = {op.kind, attributes.payload,
                                                                  elements_of(graph, op) * size_of(type)};
    }
    return costs;
}

}  // namespace arcmeter::graph

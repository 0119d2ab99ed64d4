// SPDX-License-Identifier: Apache-2.0
// Collectives as operations: each is a start, where its input is ready, and a wait, where its result is
// needed. Between the two a backend computes on while the network works.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "engine/graph/graph.h"

namespace arcmeter::graph {

/// This process among those that train together.
struct Ranks {
    std::int64_t rank = 0;
    std::int64_t size = 1;
};

/// `start` goes before `wait`; both are of Part::communication.
struct Collective {
    Operation start;
    Operation wait;
};

Collective make_all_reduce(const std::string& name, std::vector<TensorId> tensors,
                           CollectiveAttributes attributes);
Collective make_all_gather(const std::string& name, TensorId mine, TensorId all,
                           CollectiveAttributes attributes);
Collective make_reduce_scatter(const std::string& name, TensorId all, TensorId mine,
                               CollectiveAttributes attributes);

/// Collectives that the graph starts: the next free request.
std::int32_t next_request(const Graph& graph);

/// All-reduces the gradients in buckets of about `bucket_bytes` in the order in which the backward pass
/// finishes them, each started as soon as nothing of the step reads or writes its gradients any more. Inserts
/// the starts and returns the waits, for the caller to append. Operations from number `operations_before` on
/// are the backward pass.
std::vector<Operation> reduce_gradients(Graph& graph, std::size_t operations_before,
                                        std::span<const TensorId> gradients, std::int64_t bucket_bytes,
                                        DataType wire);

/// One collective of a step as the plan counts it.
struct CollectiveCost {
    OpKind kind = OpKind::all_reduce;
    Payload payload = Payload::gradients;
    /// All_reduce: of what is reduced, in its type on the wire; all_gather: of all ranks' parts together;
    /// reduce_scatter: of its input.
    std::int64_t bytes = 0;
};

/// By request.
std::vector<CollectiveCost> collective_costs(const Graph& graph);

}  // namespace arcmeter::graph

// SPDX-License-Identifier: Apache-2.0
// Lays every tensor of a graph in one arena: persistent tensors side by side, the others by lifetime.
#pragma once

#include <functional>
#include <vector>

#include "engine/graph/graph.h"

namespace arcmeter::graph {

inline constexpr std::int64_t arena_alignment = 64;

/// Bytes a backend needs for a tensor in its own layout; at least tensor.bytes().
using TensorBytes = std::function<std::int64_t(TensorId)>;

struct Placement {
    std::int64_t offset = -1;  ///< into the arena; -1: no operation uses the tensor, it has no storage
    std::int64_t bytes = 0;
    bool in_host_memory = false;  ///< the offset is into the host region
};

struct ArenaPlan {
    std::vector<Placement> placements;  ///< by tensor id
    std::int64_t persistent_bytes = 0;  ///< [0, persistent_bytes) holds tensors that live from step to step
    std::int64_t transient_bytes = 0;   ///< the rest of the arena
    std::int64_t host_bytes = 0;        ///< of the host region; 0 where there is none
    std::int64_t total_bytes() const { return persistent_bytes + transient_bytes; }
    std::int64_t bytes_of(const Graph& graph, Role role) const;  ///< in the arena
};

/// Lifetimes run from the first to the last operation that touches a tensor. An operation's output takes the
/// place of an input that dies there when the operation may work in place. `host_region`: tensors marked
/// host_memory lie in a region of their own; without it they are as any other.
ArenaPlan plan_arena(const Graph& graph, const TensorBytes& tensor_bytes, bool host_region = false);

}  // namespace arcmeter::graph

// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace arcmeter::graph {
namespace {

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment;
}

/// Storage that one or several tensors share in turn.
struct Buffer {
    std::int64_t bytes = 0;
    std::size_t first = 0;  ///< operation index
    std::size_t last = 0;
    std::int64_t offset = -1;
};

/// Inputs whose storage the first output may take: element by element, each is read before it is written.
std::vector<TensorId> in_place_inputs(const Operation& op) {
    switch (op.kind) {
        case OpKind::channel_map:
            return {op.input(channel_map::a), op.input(channel_map::b)};
        case OpKind::channel_map_backward_apply:
            return {op.input(channel_map_backward::dy), op.input(channel_map_backward::add),
                    op.input(channel_map_backward::x)};
        case OpKind::add:
            return {op.input(0), op.input(1)};
        case OpKind::dropout:
            return {op.input(0)};
        default:
            return {};
    }
}

class TransientPlanner {
public:
    TransientPlanner(const Graph& graph, const TensorBytes& tensor_bytes)
        : graph_(graph), tensor_bytes_(tensor_bytes), buffer_of_(graph.tensors().size(), none) {}

    void run(std::int64_t base, ArenaPlan& plan) {
        find_last_uses();
        for (std::size_t i = 0; i < graph_.operations().size(); ++i) visit(i);
        place();
        for (std::size_t id = 0; id < buffer_of_.size(); ++id) {
            if (buffer_of_[id] == none) continue;
            plan.placements[id] = {base + buffers_[buffer_of_[id]].offset,
                                   tensor_bytes_(static_cast<TensorId>(id))};
        }
        for (const Buffer& buffer : buffers_)
            plan.transient_bytes = std::max(plan.transient_bytes, buffer.offset + buffer.bytes);
    }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    bool is_transient(TensorId id) const { return id != no_tensor && !is_persistent(graph_.tensor(id).role); }

    void find_last_uses() {
        last_use_.assign(graph_.tensors().size(), 0);
        for (std::size_t i = 0; i < graph_.operations().size(); ++i) {
            const Operation& op = graph_.operations()[i];
            for (const auto* side : {&op.inputs, &op.outputs}) {
                for (const TensorId id : *side) {
                    if (id != no_tensor) last_use_[static_cast<std::size_t>(id)] = i;
                }
            }
        }
    }

    void visit(std::size_t i) {
        const Operation& op = graph_.operations()[i];
        for (std::size_t slot = 0; slot < op.outputs.size(); ++slot) {
            const TensorId id = op.outputs[slot];
            if (!is_transient(id) || buffer_of_[static_cast<std::size_t>(id)] != none) continue;
            if (slot == 0 && take_input_storage(op, i, id)) continue;
            buffer_of_[static_cast<std::size_t>(id)] = buffers_.size();
            buffers_.push_back({aligned(tensor_bytes_(id)), i, last_use_[static_cast<std::size_t>(id)], -1});
        }
    }

    bool take_input_storage(const Operation& op, std::size_t i, TensorId output) {
        for (const TensorId input : in_place_inputs(op)) {
            if (!is_transient(input) || last_use_[static_cast<std::size_t>(input)] != i) continue;
            const std::size_t buffer = buffer_of_[static_cast<std::size_t>(input)];
            // Another tensor in the same storage may live on only if it is the output itself.
            if (buffers_[buffer].last != i || tensor_bytes_(input) != tensor_bytes_(output)) continue;
            buffer_of_[static_cast<std::size_t>(output)] = buffer;
            buffers_[buffer].last = last_use_[static_cast<std::size_t>(output)];
            return true;
        }
        return false;
    }

    /// Largest first, each at the lowest offset where it meets no placed buffer of an overlapping lifetime.
    void place() {
        std::vector<std::size_t> order(buffers_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return buffers_[a].bytes > buffers_[b].bytes; });
        std::vector<std::size_t> placed;  // by offset
        for (const std::size_t index : order) {
            Buffer& buffer = buffers_[index];
            std::int64_t offset = 0;
            for (const std::size_t other : placed) {
                const Buffer& neighbour = buffers_[other];
                if (neighbour.last < buffer.first || neighbour.first > buffer.last) continue;
                if (offset + buffer.bytes <= neighbour.offset) break;
                offset = std::max(offset, neighbour.offset + neighbour.bytes);
            }
            buffer.offset = offset;
            const auto position = std::upper_bound(
                placed.begin(), placed.end(), offset,
                [&](std::int64_t at, std::size_t other) { return at < buffers_[other].offset; });
            placed.insert(position, index);
        }
    }

    const Graph& graph_;
    const TensorBytes& tensor_bytes_;
    std::vector<std::size_t> last_use_;
    std::vector<std::size_t> buffer_of_;
    std::vector<Buffer> buffers_;
};

}  // namespace

std::int64_t ArenaPlan::bytes_of(const Graph& graph, Role role) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < placements.size(); ++i) {
        if (graph.tensors()[i].role == role && placements[i].offset >= 0 && !placements[i].in_host_memory)
            sum += aligned(placements[i].bytes);
    }
    return sum;
}

ArenaPlan plan_arena(const Graph& graph, const TensorBytes& tensor_bytes, bool host_region) {
    ArenaPlan plan;
    plan.placements.resize(graph.tensors().size());
    std::vector<bool> used(graph.tensors().size(), false);
    for (const Operation& op : graph.operations()) {
        for (const auto* side : {&op.inputs, &op.outputs}) {
            for (const TensorId id : *side) {
                if (id != no_tensor) used[static_cast<std::size_t>(id)] = true;
            }
        }
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
        if (!used[i] || !is_persistent(graph.tensors()[i].role)) continue;
        const std::int64_t bytes = tensor_bytes(static_cast<TensorId>(i));
        const bool on_host = host_region && graph.tensors()[i].host_memory;
        std::int64_t& end = on_host ? plan.host_bytes : plan.persistent_bytes;
        plan.placements[i] = {end, bytes, on_host};
        end += aligned(bytes);
    }
    TransientPlanner(graph, tensor_bytes).run(plan.persistent_bytes, plan);
    return plan;
}

}  // namespace arcmeter::graph

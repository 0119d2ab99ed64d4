// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/recompute.h"

#include <algorithm>
#include <map>
#include <set>

namespace arcmeter::graph {
namespace {

bool is_weight_gradient(OpKind kind) {
    return kind == OpKind::convolution_weight_gradient || kind == OpKind::depthwise_weight_gradient ||
           kind == OpKind::linear_weight_gradient;
}

/// Operations whose first output can be had again from their inputs. Statistics and what is made of them are
/// not among them: finalising a BatchNorm twice would move its running statistics twice.
bool is_repeatable(OpKind kind) {
    switch (kind) {
        case OpKind::input_conversion:
        case OpKind::convolution:
        case OpKind::depthwise_convolution:
        case OpKind::linear:
        case OpKind::dropout:
        case OpKind::channel_map:
            return true;
        default:
            return false;
    }
}

/// Copies of forward operations that are to run in front of operations of the backward pass.
class Repeats {
public:
    explicit Repeats(Graph& graph) : graph_(graph) {}

    /// Operation `source` is run again before operation `position`; in the order of the calls for one
    /// position. Its inputs are those that were repeated before, where there are any for the same position.
    void add(std::size_t source, std::size_t position, const char* suffix) {
        Operation clone = graph_.operations()[source];
        const TensorId y = clone.output(0);
        Tensor copy = graph_.tensor(y);
        copy.name += "/recomputed";
        renamed_[y] = graph_.add_tensor(std::move(copy));
        clone.name += suffix;
        clone.part = Part::backward;
        clone.outputs = {renamed_[y]};
        for (TensorId& id : clone.inputs) rename(id);
        before_[position].push_back(std::move(clone));
    }

    /// Inserts them; every operation from `first_reader` on for which `reads` holds reads the copies.
    template <typename Reads>
    void insert(std::size_t first_reader, Reads&& reads) {
        std::vector<Operation> out;
        for (std::size_t i = 0; i < graph_.operations().size(); ++i) {
            if (const auto found = before_.find(i); found != before_.end()) {
                std::move(found->second.begin(), found->second.end(), std::back_inserter(out));
            }
            Operation op = std::move(graph_.operations()[i]);
            if (i >= first_reader && reads(op)) {
                for (TensorId& id : op.inputs) rename(id);
            }
            out.push_back(std::move(op));
        }
        graph_.operations() = std::move(out);
        graph_.verify();
    }

private:
    void rename(TensorId& id) const {
        if (const auto found = renamed_.find(id); found != renamed_.end()) id = found->second;
    }

    Graph& graph_;
    std::map<std::size_t, std::vector<Operation>> before_;
    std::map<TensorId, TensorId> renamed_;
};

/// Operations [begin, end) of the forward pass; the last of them writes a tensor that ends a unit.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Stretch> stretches(const Graph& graph, std::size_t forward_operations) {
    std::vector<Stretch> out;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < forward_operations; ++i) {
        const TensorId y = graph.operations()[i].output(0);
        if (y == no_tensor || !graph.tensor(y).unit_end) continue;
        out.push_back({begin, i + 1});
        begin = i + 1;
    }
    return out;
}

/// Operations of a stretch, in order, whose output backward reads or another of them needs; `first_use`
/// becomes the first operation of backward that reads any.
std::vector<std::size_t> needed_again(const Graph& graph, const Stretch& stretch,
                                      std::size_t forward_operations,
                                      const std::vector<std::vector<std::size_t>>& readers,
                                      std::size_t& first_use) {
    std::vector<std::size_t> needed;
    std::set<TensorId> wanted;  // by operations of `needed`
    for (std::size_t i = stretch.end; i-- > stretch.begin;) {
        const Operation& op = graph.operations()[i];
        const TensorId y = op.output(0);
        if (!is_repeatable(op.kind)) continue;
        const auto& users = readers[static_cast<std::size_t>(y)];
        const auto first = std::lower_bound(users.begin(), users.end(), forward_operations);
        // What a later stretch reads is kept: its backward runs before this one's.
        const bool is_read_later = first != users.begin() && *std::prev(first) >= stretch.end;
        if (graph.tensor(y).unit_end || is_read_later) continue;
        if (first != users.end()) first_use = std::min(first_use, *first);
        if (first == users.end() && !wanted.contains(y)) continue;
        wanted.insert(op.inputs.begin(), op.inputs.end());
        needed.push_back(i);
    }
    std::reverse(needed.begin(), needed.end());
    return needed;
}

}  // namespace

void recompute_channel_maps(Graph& graph, std::size_t forward_operations) {
    const auto readers = graph.readers();
    Repeats repeats(graph);
    for (std::size_t i = 0; i < forward_operations; ++i) {
        const Operation& op = graph.operations()[i];
        if (op.kind != OpKind::channel_map || op.input(channel_map::b) != no_tensor) continue;
        const auto& users = readers[static_cast<std::size_t>(op.output(0))];
        const auto first = std::lower_bound(users.begin(), users.end(), forward_operations);
        const bool only_weight_gradients =
            first != users.end() && std::all_of(first, users.end(), [&](std::size_t user) {
                return is_weight_gradient(graph.operations()[user].kind);
            });
        if (only_weight_gradients) repeats.add(i, *first, "/recompute");
    }
    repeats.insert(forward_operations, [](const Operation& op) { return is_weight_gradient(op.kind); });
}

void recompute_blocks(Graph& graph, std::size_t forward_operations) {
    const auto readers = graph.readers();
    Repeats repeats(graph);
    for (const Stretch& stretch : stretches(graph, forward_operations)) {
        std::size_t first_use = graph.operations().size();
        for (const std::size_t i : needed_again(graph, stretch, forward_operations, readers, first_use)) {
            repeats.add(i, first_use, "/recompute");
        }
    }
    repeats.insert(forward_operations, [](const Operation&) { return true; });
}

}  // namespace arcmeter::graph

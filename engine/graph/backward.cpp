// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/backward.h"

#include <algorithm>
#include <stdexcept>

namespace arcmeter::graph {
namespace {

class BackwardBuilder {
public:
    BackwardBuilder(Graph& graph, std::size_t forward_operations)
        : graph_(graph),
          forward_(graph.operations().begin(),
                   graph.operations().begin() + static_cast<std::ptrdiff_t>(forward_operations)) {
        mark_trainable();
        for (std::size_t i = 0; i < forward_.size(); ++i) {
            for (const TensorId id : forward_[i].outputs) {
                if (id != no_tensor) writer_[id] = i;
            }
        }
    }

    void run(TensorId embedding, TensorId d_embedding) {
        gradients_[embedding] = d_embedding;
        for (auto op = forward_.rbegin(); op != forward_.rend(); ++op) differentiate(*op);
    }

    std::map<TensorId, TensorId> take_parameter_gradients() { return std::move(parameter_gradients_); }

private:
    /// Tensors that depend on a parameter; the images and what is made of them alone need no gradient.
    void mark_trainable() {
        needs_gradient_.assign(graph_.tensors().size(), false);
        for (const Operation& op : forward_) {
            const bool any = std::any_of(op.inputs.begin(), op.inputs.end(), [&](TensorId id) {
                return id != no_tensor && (graph_.tensor(id).role == Role::parameter || needs(id));
            });
            for (const TensorId id : op.outputs) {
                if (id != no_tensor && any) needs_gradient_[static_cast<std::size_t>(id)] = true;
            }
        }
    }

    bool needs(TensorId id) const {
        return static_cast<std::size_t>(id) < needs_gradient_.size() &&
               needs_gradient_[static_cast<std::size_t>(id)];
    }

    void differentiate(const Operation& op) {
        const auto found = gradients_.find(op.output(0));
        if (found == gradients_.end()) return;
        const TensorId dy = found->second;
        switch (op.kind) {
            case OpKind::convolution:
                multiply(op, dy, OpKind::convolution_weight_gradient, OpKind::convolution_data_gradient);
                return;
            case OpKind::depthwise_convolution:
                multiply(op, dy, OpKind::depthwise_weight_gradient, OpKind::depthwise_data_gradient);
                return;
            case OpKind::linear:
                multiply(op, dy, OpKind::linear_weight_gradient, OpKind::linear_data_gradient);
                return;
            case OpKind::channel_map:
                map_operand(op, channel_map::a, dy);
                if (op.input(channel_map::b) != no_tensor) map_operand(op, channel_map::b, dy);
                return;
            case OpKind::dropout:
                dropout(op, dy);
                return;
            default:
                throw std::logic_error("no backward for " + std::string(to_string(op.kind)));
        }
    }

    /// Weight gradient first: its x then dies before dx needs room.
    void multiply(const Operation& op, TensorId dy, OpKind weight_kind, OpKind data_kind) {
        const TensorId x = op.input(0), weight = op.input(1), bias = op.input(2);
        append({.kind = weight_kind,
                .name = op.name + "/weight_gradient",
                .inputs = {x, dy},
                .outputs = {gradient_of(weight), bias == no_tensor ? no_tensor : gradient_of(bias)},
                .attributes = op.attributes});
        if (!needs(x)) return;
        const TensorId dx = gradient_activation(x);
        append({.kind = data_kind,
                .name = op.name + "/data_gradient",
                .inputs = {dy, weight},
                .outputs = {dx},
                .attributes = op.attributes});
        contribute(x, dx);
    }

    void dropout(const Operation& op, TensorId dy) {
        const TensorId dx = gradient_activation(op.input(0));
        append({.kind = OpKind::dropout,
                .name = op.name + "/backward",
                .inputs = {dy},
                .outputs = {dx},
                .attributes = op.attributes});
        contribute(op.input(0), dx);
    }

    /// Gradient of operand a (slot a, scale_a, shift_a) or b of a channel_map.
    void map_operand(const Operation& op, std::size_t slot, TensorId dy) {
        const TensorId x = op.input(slot), scale = op.input(slot + 1), shift = op.input(slot + 2);
        const TensorId slope = slot == channel_map::a ? op.input(channel_map::slope) : no_tensor;
        if (slope != no_tensor && op.input(channel_map::b) != no_tensor) {
            throw std::logic_error("channel_map " + op.name + ": PReLU over a sum has no backward");
        }
        if (scale == no_tensor && slope == no_tensor) {
            if (needs(x)) contribute(x, dy);
            return;
        }
        std::vector<TensorId> inputs{x, dy, no_tensor, no_tensor, scale, shift, slope};
        std::vector<TensorId> sums{no_tensor, no_tensor, no_tensor};
        if (scale != no_tensor) statistics_inputs(scale, inputs, sums);
        if (slope != no_tensor) sums[channel_map_backward::reduce_dslope] = gradient_of(slope);
        append({.kind = OpKind::channel_map_backward_reduce,
                .name = op.name + "/backward_reduce",
                .inputs = inputs,
                .outputs = sums});
        if (!needs(x)) return;
        inputs.push_back(sums[channel_map_backward::reduce_dbeta]);
        inputs.push_back(sums[channel_map_backward::reduce_dgamma]);
        const auto earlier = gradients_.find(x);
        inputs.push_back(earlier == gradients_.end() ? no_tensor : earlier->second);
        const TensorId dx = gradient_activation(x);
        append({.kind = OpKind::channel_map_backward_apply,
                .name = op.name + "/backward_apply",
                .inputs = inputs,
                .outputs = {dx}});
        gradients_[x] = dx;
    }

    /// Finds the BatchNorm behind a scale vector: its mean and inv_std, and where dbeta and dgamma go.
    void statistics_inputs(TensorId scale, std::vector<TensorId>& inputs, std::vector<TensorId>& sums) {
        const Operation& finalize = forward_.at(writer_.at(scale));
        const TensorId gamma = finalize.input(2), beta = finalize.input(3);
        inputs[channel_map_backward::mean] = finalize.input(0);
        inputs[channel_map_backward::inv_std] = finalize.output(0);
        sums[channel_map_backward::reduce_dbeta] = gradient_or_temporary(beta);
        sums[channel_map_backward::reduce_dgamma] = gradient_or_temporary(gamma);
    }

    TensorId gradient_or_temporary(TensorId parameter) {
        if (graph_.tensor(parameter).role == Role::parameter) return gradient_of(parameter);
        const Tensor source = graph_.tensor(parameter);
        return graph_.add_tensor({.name = source.name + ".sum", .shape = source.shape});
    }

    TensorId gradient_of(TensorId parameter) {
        const auto found = parameter_gradients_.find(parameter);
        if (found != parameter_gradients_.end()) {
            throw std::logic_error("parameter " + graph_.tensor(parameter).name + " is used twice");
        }
        const Tensor source = graph_.tensor(parameter);
        const TensorId gradient =
            graph_.add_tensor({.name = source.name + ".grad", .shape = source.shape, .role = Role::gradient});
        parameter_gradients_[parameter] = gradient;
        return gradient;
    }

    TensorId gradient_activation(TensorId of) {
        const Tensor source = graph_.tensor(of);
        return graph_.add_tensor({.name = source.name + "/grad" + std::to_string(counter_++),
                                  .shape = source.shape,
                                  .type = source.type});
    }

    void contribute(TensorId id, TensorId gradient) {
        const auto [entry, first] = gradients_.try_emplace(id, gradient);
        if (first) return;
        const TensorId sum = gradient_activation(id);
        append({.kind = OpKind::add,
                .name = graph_.tensor(id).name + "/accumulate",
                .inputs = {entry->second, gradient},
                .outputs = {sum}});
        entry->second = sum;
    }

    void append(Operation op) {
        op.part = Part::backward;
        graph_.add_operation(std::move(op));
    }

    Graph& graph_;
    std::vector<Operation> forward_;
    std::vector<bool> needs_gradient_;
    std::map<TensorId, std::size_t> writer_;
    std::map<TensorId, TensorId> gradients_;
    std::map<TensorId, TensorId> parameter_gradients_;
    int counter_ = 0;
};

}  // namespace

std::map<TensorId, TensorId> append_backward(Graph& graph, std::size_t forward_operations,
                                             TensorId d_embedding) {
    BackwardBuilder builder(graph, forward_operations);
    builder.run(graph.embedding, d_embedding);
    graph.verify();
    return builder.take_parameter_gradients();
}

}  // namespace arcmeter::graph

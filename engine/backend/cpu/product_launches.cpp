// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "engine/backend/cpu/launches.h"
#include "kernels/cpu/channel_map_backward.h"

namespace arcmeter::backend::cpu {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;

void* Bindings::data(graph::TensorId id) const {
    if (id == no_tensor) return nullptr;
    const graph::Placement& place = program->arena().placements[static_cast<std::size_t>(id)];
    if (place.offset < 0)
        throw std::logic_error("tensor " + program->graph().tensor(id).name + " has no storage");
    return arena + place.offset;
}

const void* Bindings::product_weights(std::size_t operation, graph::TensorId weight) const {
    for (const CopyPlacement& copy : program->copies()) {
        if (copy.operation == operation) return copies + copy.offset;
    }
    return data(weight);
}

namespace {

Run bind_depthwise(const Bindings& bindings, const Operation& op) {
    const auto shape = bindings.program->depthwise_shape(op);
    const auto type =
        bindings.program->type(op.kind == OpKind::depthwise_weight_gradient ? op.input(0) : op.output(0));
    const void* a = bindings.data(op.input(0));
    const void* b = bindings.data(op.input(1));
    void* out = bindings.data(op.output(0));
    float* workspace = bindings.kernel_workspace;
    switch (op.kind) {
        case OpKind::depthwise_convolution:
            return
                [=] { kernels::cpu::depthwise_forward(shape, type, a, static_cast<const float*>(b), out); };
        case OpKind::depthwise_data_gradient:
            return [=] {
                kernels::cpu::depthwise_data_gradient(shape, type, a, static_cast<const float*>(b), out);
            };
        default:
            return [=] {
                kernels::cpu::depthwise_weight_gradient(shape, type, a, b, static_cast<float*>(out),
                                                        workspace);
            };
    }
}

/// dbias = column sums of dy.
Run bind_bias_gradient(const Bindings& bindings, const Operation& op) {
    kernels::cpu::ChannelMapBackwardReduceArgs args{};
    args.layout = bindings.program->layout(op.input(1));
    args.type = bindings.program->type(op.input(1));
    args.dy = bindings.data(op.input(1));
    args.sum_dz = bindings.as<float>(op.output(1));
    args.workspace = bindings.kernel_workspace;
    return [args] { kernels::cpu::channel_map_backward_reduce(args); };
}

}  // namespace

Run bind_product(const Bindings& bindings, std::size_t index) {
    const Operation& op = bindings.program->graph().operations()[index];
    Product* product = bindings.program->product(index);
    if (!product) return bind_depthwise(bindings, op);
    const bool weight_gradient =
        op.kind == OpKind::convolution_weight_gradient || op.kind == OpKind::linear_weight_gradient;
    const void* a = bindings.data(op.input(0));
    const void* b =
        weight_gradient ? bindings.data(op.input(1)) : bindings.product_weights(index, op.input(1));
    const float* bias = op.kind == OpKind::linear ? bindings.as<float>(op.input(2)) : nullptr;
    void* out = bindings.data(op.output(0));
    void* workspace = bindings.product_workspace;
    const Run run = [=] { product->execute(a, b, bias, out, workspace); };
    if (op.kind != OpKind::linear_weight_gradient || op.output(1) == no_tensor) return run;
    return [run, bias_gradient = bind_bias_gradient(bindings, op)] {
        run();
        bias_gradient();
    };
}

}  // namespace arcmeter::backend::cpu

// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "engine/backend/cpu/launches.h"
#include "kernels/cpu/add.h"
#include "kernels/cpu/batch_norm.h"
#include "kernels/cpu/channel_map.h"
#include "kernels/cpu/channel_map_backward.h"
#include "kernels/cpu/channel_statistics.h"
#include "kernels/cpu/dropout.h"
#include "kernels/cpu/input_conversion.h"

namespace arcmeter::backend::cpu {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;

namespace {

Run bind_input_conversion(const Bindings& bindings, const Operation& op) {
    const graph::Shape& shape = bindings.program->graph().tensor(op.output(0)).shape;
    kernels::cpu::InputConversionArgs args{};
    args.batch = shape.n;
    args.height = shape.h;
    args.width = shape.w;
    args.scale = static_cast<float>(op.get<graph::InputAttributes>().scale);
    args.type = bindings.program->type(op.output(0));
    args.output = bindings.data(op.output(0));
    const StepInput* step = bindings.step;
    return [args, step]() mutable {
        args.pixels = step->images;
        kernels::cpu::input_conversion(args);
    };
}

Run bind_statistics(const Bindings& bindings, const Operation& op) {
    const kernels::cpu::ChannelStatisticsArgs args{bindings.program->layout(op.input(0)),
                                                   bindings.program->type(op.input(0)),
                                                   bindings.data(op.input(0)),
                                                   bindings.as<float>(op.output(0)),
                                                   bindings.as<float>(op.output(1)),
                                                   bindings.kernel_workspace};
    return [args] { kernels::cpu::channel_statistics(args); };
}

/// Values per channel behind a statistics vector: of the tensor whose statistics it is.
std::int64_t statistics_count(const Bindings& bindings, graph::TensorId mean) {
    for (const Operation& op : bindings.program->graph().operations()) {
        const bool own = op.kind == OpKind::channel_statistics && op.output(0) == mean;
        const bool emitted = op.kind == OpKind::channel_map && op.output(graph::channel_map::mean) == mean;
        if (own) return bindings.program->layout(op.input(0)).rows();
        if (emitted) return bindings.program->layout(op.output(0)).rows();
    }
    throw std::logic_error("no operation writes the statistics");
}

Run bind_finalize(const Bindings& bindings, const Operation& op) {
    const auto& attributes = op.get<graph::BatchNormAttributes>();
    kernels::cpu::BatchNormFinalizeArgs args{};
    args.channels = bindings.program->graph().tensor(op.input(0)).shape.c;
    args.count = statistics_count(bindings, op.input(0));
    args.mean = bindings.as<float>(op.input(0));
    args.variance = bindings.as<float>(op.input(1));
    args.gamma = bindings.as<float>(op.input(2));
    args.beta = bindings.as<float>(op.input(3));
    args.eps = static_cast<float>(attributes.eps);
    args.momentum = static_cast<float>(attributes.momentum);
    args.running_mean = bindings.as<float>(op.input(4));
    args.running_var = bindings.as<float>(op.input(5));
    args.inv_std = bindings.as<float>(op.output(0));
    args.scale = bindings.as<float>(op.output(1));
    args.shift = bindings.as<float>(op.output(2));
    return [args] { kernels::cpu::batch_norm_finalize(args); };
}

Run bind_inference(const Bindings& bindings, const Operation& op) {
    kernels::cpu::BatchNormInferenceArgs args{};
    args.channels = bindings.program->graph().tensor(op.output(0)).shape.c;
    args.gamma = bindings.as<float>(op.input(0));
    args.beta = bindings.as<float>(op.input(1));
    args.running_mean = bindings.as<float>(op.input(2));
    args.running_var = bindings.as<float>(op.input(3));
    args.eps = static_cast<float>(op.get<graph::BatchNormAttributes>().eps);
    args.scale = bindings.as<float>(op.output(0));
    args.shift = bindings.as<float>(op.output(1));
    return [args] { kernels::cpu::batch_norm_inference(args); };
}

Run bind_map(const Bindings& bindings, const Operation& op) {
    namespace slot = graph::channel_map;
    const auto operand = [&](std::size_t first) {
        return kernels::cpu::ChannelMapOperand{bindings.data(op.input(first)),
                                               bindings.as<float>(op.input(first + 1)),
                                               bindings.as<float>(op.input(first + 2))};
    };
    kernels::cpu::ChannelMapArgs args{};
    args.layout = bindings.program->layout(op.output(0));
    args.type = bindings.program->type(op.output(0));
    args.a = operand(slot::a);
    args.b = operand(slot::b);
    args.slope = bindings.as<float>(op.input(slot::slope));
    args.output = bindings.data(op.output(0));
    args.mean = bindings.as<float>(op.output(slot::mean));
    args.variance = bindings.as<float>(op.output(slot::variance));
    args.workspace = bindings.kernel_workspace;
    return [args] { kernels::cpu::channel_map(args); };
}

Run bind_reduce(const Bindings& bindings, const Operation& op) {
    namespace slot = graph::channel_map_backward;
    kernels::cpu::ChannelMapBackwardReduceArgs args{};
    args.layout = bindings.program->layout(op.input(slot::x));
    args.type = bindings.program->type(op.input(slot::x));
    args.x = bindings.data(op.input(slot::x));
    args.dy = bindings.data(op.input(slot::dy));
    args.mean = bindings.as<float>(op.input(slot::mean));
    args.inv_std = bindings.as<float>(op.input(slot::inv_std));
    args.scale = bindings.as<float>(op.input(slot::scale));
    args.shift = bindings.as<float>(op.input(slot::shift));
    args.slope = bindings.as<float>(op.input(slot::slope));
    args.sum_dz = bindings.as<float>(op.output(slot::reduce_dbeta));
    args.sum_dz_xhat = bindings.as<float>(op.output(slot::reduce_dgamma));
    args.sum_dslope = bindings.as<float>(op.output(slot::reduce_dslope));
    args.workspace = bindings.kernel_workspace;
    return [args] { kernels::cpu::channel_map_backward_reduce(args); };
}

Run bind_apply(const Bindings& bindings, const Operation& op) {
    namespace slot = graph::channel_map_backward;
    kernels::cpu::ChannelMapBackwardApplyArgs args{};
    args.layout = bindings.program->layout(op.output(0));
    args.type = bindings.program->type(op.output(0));
    args.x = bindings.data(op.input(slot::x));
    args.dy = bindings.data(op.input(slot::dy));
    args.mean = bindings.as<float>(op.input(slot::mean));
    args.inv_std = bindings.as<float>(op.input(slot::inv_std));
    args.scale = bindings.as<float>(op.input(slot::scale));
    args.shift = bindings.as<float>(op.input(slot::shift));
    args.slope = bindings.as<float>(op.input(slot::slope));
    args.sum_dz = bindings.as<float>(op.input(slot::dbeta));
    args.sum_dz_xhat = bindings.as<float>(op.input(slot::dgamma));
    args.add = bindings.data(op.input(slot::add));
    args.dx = bindings.data(op.output(0));
    return [args] { kernels::cpu::channel_map_backward_apply(args); };
}

Run bind_add(const Bindings& bindings, const Operation& op) {
    const auto type = bindings.program->type(op.output(0));
    const std::int64_t count = bindings.program->layout(op.output(0)).elements();
    const void* a = bindings.data(op.input(0));
    const void* b = bindings.data(op.input(1));
    void* y = bindings.data(op.output(0));
    return [=] { kernels::cpu::add(type, count, a, b, y); };
}

Run bind_dropout(const Bindings& bindings, const Operation& op) {
    const auto& attributes = op.get<graph::DropoutAttributes>();
    kernels::cpu::DropoutArgs args{};
    args.layout = bindings.program->layout(op.output(0));
    args.type = bindings.program->type(op.output(0));
    args.x = bindings.data(op.input(0));
    args.y = bindings.data(op.output(0));
    args.drop = static_cast<float>(attributes.rate);
    args.first_sample = attributes.first_sample;
    args.seed = bindings.options->seed + 0x9e3779b97f4a7c15ull * (attributes.stream + 1);
    const StepInput* step = bindings.step;
    return [args, step]() mutable {
        args.step = step->step;
        kernels::cpu::dropout(args);
    };
}

}  // namespace

Run bind_elementwise(const Bindings& bindings, const Operation& op) {
    switch (op.kind) {
        case OpKind::input_conversion:
            return bind_input_conversion(bindings, op);
        case OpKind::channel_statistics:
            return bind_statistics(bindings, op);
        case OpKind::batch_norm_finalize:
            return bind_finalize(bindings, op);
        case OpKind::batch_norm_inference:
            return bind_inference(bindings, op);
        case OpKind::channel_map:
            return bind_map(bindings, op);
        case OpKind::channel_map_backward_reduce:
            return bind_reduce(bindings, op);
        case OpKind::channel_map_backward_apply:
            return bind_apply(bindings, op);
        case OpKind::add:
            return bind_add(bindings, op);
        case OpKind::dropout:
            return bind_dropout(bindings, op);
        default:
            throw std::logic_error("the CPU backend does not run " + std::string(to_string(op.kind)));
    }
}

}  // namespace arcmeter::backend::cpu

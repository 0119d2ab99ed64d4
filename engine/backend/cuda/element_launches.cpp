// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <stdexcept>

#include "engine/backend/cuda/launches.h"
#include "kernels/cuda/add.h"
#include "kernels/cuda/batch_norm.h"
#include "kernels/cuda/channel_map.h"
#include "kernels/cuda/channel_map_backward.h"
#include "kernels/cuda/channel_statistics.h"
#include "kernels/cuda/dropout.h"
#include "kernels/cuda/input_conversion.h"

namespace arcmeter::backend::cuda {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;

namespace {

Enqueue bind_input_conversion(const Bindings& bindings, const Operation& op) {
    const graph::Shape& shape = bindings.program->graph().tensor(op.output(0)).shape;
    kernels::cuda::InputConversionArgs args{};
    args.batch = shape.n;
    args.height = shape.h;
    args.width = shape.w;
    args.pixels = bindings.as<std::uint8_t>(op.input(0));
    args.scale = static_cast<float>(op.get<graph::InputAttributes>().scale);
    args.type = bindings.program->type(op.output(0));
    args.channels = bindings.program->layout(op.output(0)).channels;
    args.output = bindings.data(op.output(0));
    return [args](Stream stream) { kernels::cuda::input_conversion(args, stream); };
}

kernels::cuda::StatisticsOutput statistics_output(const Bindings& bindings, graph::TensorId mean,
                                                  graph::TensorId variance) {
    if (mean == no_tensor) return {};
    return {bindings.as<float>(mean), bindings.as<float>(variance), bindings.kernel_workspace(),
            bindings.counters()};
}

/// The BatchNorm that a pass over `rows` values a channel finishes as its last act.
std::optional<kernels::cuda::BatchNormFinalizeArgs> finalize_args(const Bindings& bindings,
                                                                  graph::TensorId mean, std::int64_t rows) {
    const Operation* op = bindings.program->finalize_of(mean);
    if (!op) return std::nullopt;
    const auto& attributes = op->get<graph::BatchNormAttributes>();
    kernels::cuda::BatchNormFinalizeArgs args{};
    args.channels = bindings.program->graph().tensor(mean).shape.c;
    args.count = rows;
    args.mean = bindings.as<float>(op->input(0));
    args.variance = bindings.as<float>(op->input(1));
    args.gamma = bindings.as<float>(op->input(2));
    args.beta = bindings.as<float>(op->input(3));
    args.eps = static_cast<float>(attributes.eps);
    args.momentum = static_cast<float>(attributes.momentum);
    args.running_mean = bindings.as<float>(op->input(4));
    args.running_var = bindings.as<float>(op->input(5));
    args.inv_std = bindings.as<float>(op->output(0));
    args.scale = bindings.as<float>(op->output(1));
    args.shift = bindings.as<float>(op->output(2));
    return args;
}

Enqueue bind_statistics(const Bindings& bindings, const Operation& op) {
    kernels::cuda::ChannelStatisticsArgs args{};
    args.rows = bindings.program->layout(op.input(0)).rows();
    args.channels = bindings.program->layout(op.input(0)).channels;
    args.type = bindings.program->type(op.input(0));
    args.x = bindings.data(op.input(0));
    args.statistics = statistics_output(bindings, op.output(0), op.output(1));
    return [args, finalize = finalize_args(bindings, op.output(0), args.rows)](Stream stream) {
        auto all = args;
        all.finalize = finalize ? &*finalize : nullptr;
        kernels::cuda::channel_statistics(all, stream);
    };
}

Enqueue bind_inference(const Bindings& bindings, const Operation& op) {
    kernels::cuda::BatchNormInferenceArgs args{};
    args.channels = bindings.program->graph().tensor(op.output(0)).shape.c;
    args.gamma = bindings.as<float>(op.input(0));
    args.beta = bindings.as<float>(op.input(1));
    args.running_mean = bindings.as<float>(op.input(2));
    args.running_var = bindings.as<float>(op.input(3));
    args.eps = static_cast<float>(op.get<graph::BatchNormAttributes>().eps);
    args.scale = bindings.as<float>(op.output(0));
    args.shift = bindings.as<float>(op.output(1));
    return [args](Stream stream) { kernels::cuda::batch_norm_inference(args, stream); };
}

Enqueue bind_map(const Bindings& bindings, const Operation& op) {
    namespace slot = graph::channel_map;
    const auto operand = [&](std::size_t first) {
        return kernels::cuda::ChannelMapOperand{bindings.data(op.input(first)),
                                                bindings.as<float>(op.input(first + 1)),
                                                bindings.as<float>(op.input(first + 2))};
    };
    kernels::cuda::ChannelMapArgs args{};
    args.rows = bindings.program->layout(op.output(0)).rows();
    args.channels = bindings.program->layout(op.output(0)).channels;
    args.type = bindings.program->type(op.output(0));
    args.a = operand(slot::a);
    args.b = operand(slot::b);
    args.slope = bindings.as<float>(op.input(slot::slope));
    args.output = bindings.data(op.output(0));
    args.statistics = statistics_output(bindings, op.output(slot::mean), op.output(slot::variance));
    return [args, finalize = finalize_args(bindings, op.output(slot::mean), args.rows)](Stream stream) {
        auto all = args;
        all.finalize = finalize ? &*finalize : nullptr;
        kernels::cuda::channel_map(all, stream);
    };
}

Enqueue bind_reduce(const Bindings& bindings, const Operation& op) {
    namespace slot = graph::channel_map_backward;
    kernels::cuda::ChannelMapBackwardReduceArgs args{};
    args.rows = bindings.program->layout(op.input(slot::x)).rows();
    args.channels = bindings.program->layout(op.input(slot::x)).channels;
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
    args.workspace = bindings.kernel_workspace();
    args.counters = bindings.counters();
    return [args](Stream stream) { kernels::cuda::channel_map_backward_reduce(args, stream); };
}

Enqueue bind_apply(const Bindings& bindings, const Operation& op) {
    namespace slot = graph::channel_map_backward;
    kernels::cuda::ChannelMapBackwardApplyArgs args{};
    args.rows = bindings.program->layout(op.output(0)).rows();
    args.channels = bindings.program->layout(op.output(0)).channels;
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
    return [args](Stream stream) { kernels::cuda::channel_map_backward_apply(args, stream); };
}

Enqueue bind_add(const Bindings& bindings, const Operation& op) {
    const auto type = bindings.program->type(op.output(0));
    const std::int64_t count = bindings.program->layout(op.output(0)).elements();
    const void* a = bindings.data(op.input(0));
    const void* b = bindings.data(op.input(1));
    void* y = bindings.data(op.output(0));
    return [=](Stream stream) { kernels::cuda::add(type, count, a, b, y, stream); };
}

Enqueue bind_dropout(const Bindings& bindings, const Operation& op) {
    const auto& attributes = op.get<graph::DropoutAttributes>();
    const graph::Shape& shape = bindings.program->graph().tensor(op.output(0)).shape;
    kernels::cuda::DropoutArgs args{};
    args.batch = shape.n;
    args.channels = shape.c;
    args.spatial = shape.spatial();
    args.type = bindings.program->type(op.output(0));
    args.x = bindings.data(op.input(0));
    args.y = bindings.data(op.output(0));
    args.drop = static_cast<float>(attributes.rate);
    args.seed = bindings.options->seed + 0x9e3779b97f4a7c15ull * (attributes.stream + 1);
    args.state = bindings.state();
    args.first_sample = attributes.first_sample;
    return [args](Stream stream) { kernels::cuda::dropout(args, stream); };
}

}  // namespace

Enqueue bind_elementwise(const Bindings& bindings, const Operation& op) {
    switch (op.kind) {
        case OpKind::input_conversion:
            return bind_input_conversion(bindings, op);
        case OpKind::channel_statistics:
            return bind_statistics(bindings, op);
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
            throw std::logic_error("the CUDA backend does not run " + std::string(to_string(op.kind)));
    }
}

}  // namespace arcmeter::backend::cuda

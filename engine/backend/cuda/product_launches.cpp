// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "engine/backend/cuda/head_products.h"
#include "engine/backend/cuda/launches.h"
#include "engine/backend/operations.h"
#include "kernels/cuda/channel_map_backward.h"
#include "kernels/cuda/depthwise.h"

namespace arcmeter::backend::cuda {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;

void* Bindings::data(graph::TensorId id) const {
    if (id == no_tensor) return nullptr;
    const graph::Tensor& tensor = program->graph().tensor(id);
    if (id == program->graph().labels) return input() + program->input().labels;
    if (id == program->graph().images && tensor.type == graph::DataType::u8)
        return input() + program->input().images;
    if (id == program->graph().result) return at(program->regions().result[instance]);
    const graph::Placement& place = program->arena().placements[static_cast<std::size_t>(id)];
    if (place.offset < 0) throw std::logic_error("tensor " + tensor.name + " has no storage");
    return (place.in_host_memory ? host_memory : memory) + place.offset;
}

const void* Bindings::product_weights(graph::TensorId weight) const {
    const std::int64_t copy = program->half_copy(weight);
    return copy < 0 ? data(weight) : at(program->regions().half_copies + copy);
}

bool Bindings::scales_loss() const {
    const graph::Graph& graph = program->graph();
    return graph.embedding != no_tensor && graph.tensor(graph.embedding).type == graph::DataType::f16;
}

namespace {

/// The convolution or matrix product of an operation; null for depthwise ones and others.
Product* product_of(const CudaProgram& program, ProductCache& products, const Operation& op) {
    const auto convolution = [&](Direction direction, graph::TensorId typed) {
        return &products.convolution(direction, program.convolution(op), program.arithmetic(typed));
    };
    switch (op.kind) {
        case OpKind::convolution:
            return convolution(Direction::forward, op.input(0));
        case OpKind::convolution_data_gradient:
            return convolution(Direction::data_gradient, op.input(0));
        case OpKind::convolution_weight_gradient:
            return convolution(Direction::weight_gradient, op.input(0));
        case OpKind::linear:
        case OpKind::linear_data_gradient:
        case OpKind::linear_weight_gradient:
            return &products.matmul(program.linear(op), program.arithmetic(op.input(0)));
        default:
            return nullptr;
    }
}

Enqueue bind_depthwise(const Bindings& bindings, const Operation& op) {
    const auto shape = bindings.program->depthwise(op);
    const auto type = bindings.program->type(op.input(0));
    const void* a = bindings.data(op.input(0));
    const void* b = bindings.data(op.input(1));
    void* out = bindings.data(op.output(0));
    float* workspace = reinterpret_cast<float*>(bindings.side_workspace());
    switch (op.kind) {
        case OpKind::depthwise_convolution:
            return [=](Stream stream) {
                kernels::cuda::depthwise_forward(shape, type, a, static_cast<const float*>(b), out, stream);
            };
        case OpKind::depthwise_data_gradient:
            return [=](Stream stream) {
                kernels::cuda::depthwise_data_gradient(shape, type, a, static_cast<const float*>(b), out,
                                                       stream);
            };
        default:
            return [=](Stream stream) {
                kernels::cuda::depthwise_weight_gradient(shape, type, a, b, static_cast<float*>(out),
                                                         workspace, stream);
            };
    }
}

/// dbias = column sums of dy.
Enqueue bind_bias_gradient(const Bindings& bindings, const Operation& op) {
    kernels::cuda::ChannelMapBackwardReduceArgs args{};
    args.rows = bindings.program->layout(op.input(1)).rows();
    args.channels = bindings.program->layout(op.input(1)).channels;
    args.type = bindings.program->type(op.input(1));
    args.dy = bindings.data(op.input(1));
    args.sum_dz = bindings.as<float>(op.output(1));
    args.workspace = bindings.kernel_workspace();
    args.counters = bindings.counters();
    return [args](Stream stream) { kernels::cuda::channel_map_backward_reduce(args, stream); };
}

/// The seam's order of operands: a weight gradient of a convolution takes x, dy; that of a linear layer is
/// the matrix product dy^T x.
Enqueue bind_weight_gradient(const Bindings& bindings, const Operation& op, Product* product) {
    const void* x = bindings.data(op.input(0));
    const void* dy = bindings.data(op.input(1));
    void* out = bindings.data(op.output(0));
    if (op.kind == OpKind::convolution_weight_gradient) {
        void* workspace = bindings.side_workspace();
        return [=](Stream stream) { product->enqueue(x, dy, nullptr, out, workspace, stream); };
    }
    void* workspace = bindings.library_workspace();
    const Enqueue run = [=](Stream stream) { product->enqueue(dy, x, nullptr, out, workspace, stream); };
    if (op.output(1) == no_tensor) return run;
    return [run, bias_gradient = bind_bias_gradient(bindings, op)](Stream stream) {
        run(stream);
        bias_gradient(stream);
    };
}

}  // namespace

Enqueue bind_product(const Bindings& bindings, const Operation& op) {
    Product* product = product_of(*bindings.program, *bindings.products, op);
    if (!product) return bind_depthwise(bindings, op);
    if (op.kind == OpKind::convolution_weight_gradient || op.kind == OpKind::linear_weight_gradient) {
        return bind_weight_gradient(bindings, op, product);
    }
    const void* a = bindings.data(op.input(0));
    const void* b = bindings.product_weights(op.input(1));
    const float* bias = op.kind == OpKind::linear ? bindings.as<float>(op.input(2)) : nullptr;
    void* out = bindings.data(op.output(0));
    void* workspace = bindings.library_workspace();
    return [=](Stream stream) { product->enqueue(a, b, bias, out, workspace, stream); };
}

void make_products(const CudaProgram& program, ProductCache& products) {
    for (const Operation& op : program.graph().operations()) {
        product_of(program, products, op);
        if (op.kind != OpKind::margin_softmax_forward && op.kind != OpKind::margin_softmax_backward) continue;
        for_each_chunk(op.get<graph::MarginSoftmaxAttributes>(), [&](std::int64_t, std::int64_t columns) {
            head_products(program, products, op, columns);
        });
    }
}

std::string product_algorithm(const CudaProgram& program, ProductCache& products, const Operation& op) {
    const Product* product = product_of(program, products, op);
    return product ? product->algorithm() : std::string();
}

}  // namespace arcmeter::backend::cuda

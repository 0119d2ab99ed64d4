// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/cost.h"

namespace arcmeter::graph {
namespace {

/// Multiply-accumulates of y = x * weight, for the whole batch: one per output element and weight it meets.
std::int64_t product_macs(const Graph& graph, TensorId weight, TensorId y) {
    const Shape& w = graph.tensor(weight).shape;
    return graph.tensor(y).shape.elements() * (w.elements() / w.n);
}

double product_flops(const Graph& graph, const Operation& op) {
    switch (op.kind) {
        case OpKind::convolution:
        case OpKind::depthwise_convolution:
        case OpKind::linear:
            return 2.0 * static_cast<double>(product_macs(graph, op.input(1), op.output(0)));
        case OpKind::convolution_data_gradient:
        case OpKind::depthwise_data_gradient:
        case OpKind::linear_data_gradient:
            return 2.0 * static_cast<double>(product_macs(graph, op.input(1), op.input(0)));
        case OpKind::convolution_weight_gradient:
        case OpKind::depthwise_weight_gradient:
        case OpKind::linear_weight_gradient:
            return 2.0 * static_cast<double>(product_macs(graph, op.output(0), op.input(1)));
        case OpKind::margin_softmax_forward:
        case OpKind::margin_softmax_backward: {
            const auto& head = op.get<MarginSoftmaxAttributes>();
            const double product = 2.0 * static_cast<double>(graph.tensor(op.input(0)).shape.elements()) *
                                   static_cast<double>(head.columns);
            if (op.kind == OpKind::margin_softmax_forward) return product;
            return head.keep_logits ? 2 * product : 3 * product;
        }
        default:
            return 0;
    }
}

/// Whether a tensor is an image batch or made of one by conversion alone.
bool is_image(const Graph& graph, TensorId id) {
    if (graph.tensor(id).role == Role::input) return true;
    for (const Operation& op : graph.operations()) {
        if (op.output(0) == id) return op.kind == OpKind::input_conversion;
    }
    return false;
}

}  // namespace

OperationCost cost_of(const Graph& graph, const Operation& operation) {
    OperationCost cost;
    cost.flops = product_flops(graph, operation);
    for (const auto* side : {&operation.inputs, &operation.outputs}) {
        for (const TensorId id : *side) {
            if (id != no_tensor) cost.bytes += static_cast<double>(graph.tensor(id).bytes());
        }
    }
    return cost;
}

OperationCost cost_of(const Graph& graph) {
    OperationCost sum;
    for (const Operation& operation : graph.operations()) {
        const OperationCost cost = cost_of(graph, operation);
        sum.flops += cost.flops;
        sum.bytes += cost.bytes;
    }
    return sum;
}

NetworkCost network_cost(const Graph& forward) {
    NetworkCost cost;
    std::int64_t batch = 1;
    for (const Operation& op : forward.operations()) {
        if (op.kind == OpKind::batch_norm && forward.tensor(op.input(1)).role == Role::buffer) {
            cost.parameters += forward.tensor(op.input(1)).shape.elements();
        }
        if (op.kind != OpKind::convolution && op.kind != OpKind::depthwise_convolution &&
            op.kind != OpKind::linear) {
            continue;
        }
        batch = forward.tensor(op.output(0)).shape.n;
        const std::int64_t macs = product_macs(forward, op.input(1), op.output(0)) / batch;
        cost.macs_per_sample += macs;
        cost.flops_per_sample += (is_image(forward, op.input(0)) ? 4 : 6) * macs;
    }
    for (const Tensor& tensor : forward.tensors()) {
        if (tensor.role == Role::parameter) cost.parameters += tensor.shape.elements();
    }
    return cost;
}

}  // namespace arcmeter::graph

// SPDX-License-Identifier: Apache-2.0
// What every backend asks of a step's operations.
#pragma once

#include <stdexcept>

#include "engine/comm/communicator.h"
#include "engine/graph/operation.h"
#include "engine/protocol/events.h"

namespace arcmeter::backend {

/// Whether a library's product computes it: a convolution or a linear layer, in any direction.
inline bool is_product(graph::OpKind kind) {
    switch (kind) {
        case graph::OpKind::convolution:
        case graph::OpKind::convolution_data_gradient:
        case graph::OpKind::convolution_weight_gradient:
        case graph::OpKind::depthwise_convolution:
        case graph::OpKind::depthwise_data_gradient:
        case graph::OpKind::depthwise_weight_gradient:
        case graph::OpKind::linear:
        case graph::OpKind::linear_data_gradient:
        case graph::OpKind::linear_weight_gradient:
            return true;
        default:
            return false;
    }
}

/// The three tensors of a product in the order of its forward direction: x, weight, y.
struct ProductTensors {
    graph::TensorId x, weight, y;
};

inline ProductTensors product_tensors(const graph::Operation& op) {
    switch (op.kind) {
        case graph::OpKind::convolution_data_gradient:
        case graph::OpKind::depthwise_data_gradient:
        case graph::OpKind::linear_data_gradient:
            return {op.output(0), op.input(1), op.input(0)};
        case graph::OpKind::convolution_weight_gradient:
        case graph::OpKind::depthwise_weight_gradient:
        case graph::OpKind::linear_weight_gradient:
            return {op.input(0), op.output(0), op.input(1)};
        default:
            return {op.input(0), op.input(1), op.output(0)};
    }
}

/// Where the time of a part of the step is reported.
inline double& part_of(protocol::StepParts& parts, graph::Part part) {
    switch (part) {
        case graph::Part::forward:
            return parts.forward;
        case graph::Part::head:
            return parts.head;
        case graph::Part::backward:
            return parts.backward;
        case graph::Part::communication:
            return parts.communication;
        case graph::Part::optimizer:
            return parts.optimizer;
    }
    return parts.forward;
}

/// How a collective carries a tensor's elements.
inline comm::ElementType collective_type(graph::DataType type) {
    switch (type) {
        case graph::DataType::f32:
            return comm::ElementType::f32;
        case graph::DataType::bf16:
            return comm::ElementType::bf16;
        case graph::DataType::i32:
            return comm::ElementType::i32;
        default:
            throw std::logic_error("no collective carries this type");
    }
}

}  // namespace arcmeter::backend

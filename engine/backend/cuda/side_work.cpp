// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/side_work.h"

#include <algorithm>

namespace arcmeter::backend::cuda {

using graph::no_tensor;
using graph::Operation;
using graph::OpKind;
using graph::TensorId;

namespace {

bool have_common(const std::vector<TensorId>& a, const std::vector<TensorId>& b) {
    return std::any_of(a.begin(), a.end(), [&](TensorId id) {
        return id != no_tensor && std::find(b.begin(), b.end(), id) != b.end();
    });
}

bool must_wait(const Operation& op, const Operation& beside) {
    return runs_beside(op.kind) || op.part != beside.part || have_common(op.inputs, beside.outputs) ||
           have_common(op.outputs, beside.outputs) || have_common(op.outputs, beside.inputs);
}

}  // namespace

bool runs_beside(OpKind kind) {
    return kind == OpKind::convolution_weight_gradient || kind == OpKind::depthwise_weight_gradient;
}

std::vector<bool> find_joins(const graph::Graph& graph) {
    std::vector<bool> joins;
    const Operation* beside = nullptr;
    for (const Operation& op : graph.operations()) {
        joins.push_back(beside && must_wait(op, *beside));
        if (joins.back()) beside = nullptr;
        if (runs_beside(op.kind)) beside = &op;
    }
    return joins;
}

void extend_lifetimes(const std::vector<bool>& joins, graph::Graph& graph) {
    std::vector<Operation>& operations = graph.operations();
    std::vector<TensorId> touched;
    const auto add_to = [&](Operation& op) {
        op.inputs.insert(op.inputs.end(), touched.begin(), touched.end());
        touched.clear();
    };
    for (std::size_t i = 0; i < operations.size(); ++i) {
        std::vector<TensorId> of_this;
        if (runs_beside(operations[i].kind)) {
            of_this = operations[i].inputs;
            of_this.insert(of_this.end(), operations[i].outputs.begin(), operations[i].outputs.end());
        }
        if (joins[i]) add_to(operations[i]);
        if (!of_this.empty()) touched = std::move(of_this);
    }
    if (!operations.empty()) add_to(operations.back());
}

}  // namespace arcmeter::backend::cuda

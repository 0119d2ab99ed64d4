// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/launches.h"
#include "engine/backend/cuda/nccl_communicator.h"
#include "kernels/cuda/loss_scale.h"

namespace arcmeter::backend::cuda {
namespace {

/// A weight with the half copy that is written in the same pass as its update.
kernels::cuda::SgdTensor with_copy(const Bindings& bindings, graph::TensorId weight) {
    const CudaProgram& program = *bindings.program;
    kernels::cuda::SgdTensor tensor{};
    tensor.weight = bindings.as<float>(weight);
    tensor.count = program.stored_elements(weight);
    const std::int64_t copy = program.half_copy(weight);
    if (copy >= 0) {
        tensor.half_copy = bindings.at(program.regions().half_copies + copy);
        tensor.half_type = program.type(program.graph().embedding);
    }
    return tensor;
}

}  // namespace

std::vector<kernels::cuda::SgdTensor> update_tensors(const Bindings& bindings) {
    std::vector<kernels::cuda::SgdTensor> tensors;
    for (const graph::Operation& op : bindings.program->graph().operations()) {
        if (op.kind != graph::OpKind::sgd_update) continue;
        for (std::size_t i = 0; i + 2 < op.inputs.size(); i += 3) {
            kernels::cuda::SgdTensor tensor = with_copy(bindings, op.inputs[i]);
            tensor.gradient = bindings.as<float>(op.inputs[i + 1]);
            tensor.momentum = bindings.as<float>(op.inputs[i + 2]);
            tensor.decay = static_cast<float>(bindings.options->weight_decay);
            tensors.push_back(tensor);
        }
    }
    return tensors;
}

std::vector<kernels::cuda::SgdTensor> copied_tensors(const Bindings& bindings) {
    std::vector<kernels::cuda::SgdTensor> tensors;
    for (const auto& [weight, offset] : bindings.program->half_copies()) {
        tensors.push_back(with_copy(bindings, weight));
    }
    return tensors;
}

std::vector<kernels::cuda::SgdTensor> class_tensors(const Bindings& bindings) {
    std::vector<kernels::cuda::SgdTensor> tensors;
    const graph::Graph& graph = bindings.program->graph();
    for (const graph::Operation& op : graph.operations()) {
        if (op.kind != graph::OpKind::class_update) continue;
        const auto& attributes = op.get<graph::ClassUpdateAttributes>();
        const std::int64_t width = graph.tensor(op.input(0)).shape.c;
        kernels::cuda::SgdTensor& rows = tensors.emplace_back();
        rows.weight = bindings.as<float>(op.input(0)) + attributes.first_row * width;
        rows.gradient = bindings.as<float>(op.input(2));
        rows.momentum = bindings.as<float>(op.input(1)) + attributes.first_row * width;
        rows.count = attributes.rows * width;
        rows.decay = static_cast<float>(bindings.options->weight_decay);
    }
    return tensors;
}

/// Gradients are summed over ranks: where one overflows, it does on every rank.
Enqueue bind_class_update(const Bindings& bindings, const graph::Operation& op) {
    std::size_t index = 0;
    for (const graph::Operation& other : bindings.program->graph().operations()) {
        if (&other == &op) break;
        if (other.kind == graph::OpKind::class_update) ++index;
    }
    const kernels::cuda::SgdTensors table = bindings.class_tables.at(index);
    kernels::cuda::StepState* state = bindings.state();
    const kernels::cuda::SgdParameters parameters{.momentum = static_cast<float>(bindings.options->momentum),
                                                  .state = state};
    return [=, scales = bindings.scales_loss()](Stream stream) {
        if (scales) kernels::cuda::check_finite(table, state, stream);
        kernels::cuda::sgd_update(table, parameters, stream);
    };
}

Enqueue bind_sgd(const Bindings& bindings) {
    const kernels::cuda::SgdTensors table = bindings.update_table;
    kernels::cuda::StepState* state = bindings.state();
    const kernels::cuda::SgdParameters parameters{.momentum = static_cast<float>(bindings.options->momentum),
                                                  .state = state};
    if (!bindings.scales_loss()) {
        return [=](Stream stream) { kernels::cuda::sgd_update(table, parameters, stream); };
    }
    // A shard's class centres overflow on its rank alone, and the scale is every rank's.
    return [=, communicator = bindings.communicator](Stream stream) {
        if (communicator) {
            communicator->wait(communicator->all_reduce(&state->loss_scale.head_overflow, 1,
                                                        comm::ElementType::i32, comm::Reduction::max));
        }
        kernels::cuda::check_finite(table, state, stream);
        kernels::cuda::sgd_update(table, parameters, stream);
        kernels::cuda::loss_scale_update(state, stream);
    };
}

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/launches.h"
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

Enqueue bind_sgd(const Bindings& bindings) {
    const kernels::cuda::SgdTensors table = bindings.update_table;
    kernels::cuda::StepState* state = bindings.state();
    const kernels::cuda::SgdParameters parameters{.momentum = static_cast<float>(bindings.options->momentum),
                                                  .state = state};
    if (!bindings.scales_loss()) {
        return [=](Stream stream) { kernels::cuda::sgd_update(table, parameters, stream); };
    }
    return [=](Stream stream) {
        kernels::cuda::check_finite(table, state, stream);
        kernels::cuda::sgd_update(table, parameters, stream);
        kernels::cuda::loss_scale_update(state, stream);
    };
}

}  // namespace arcmeter::backend::cuda

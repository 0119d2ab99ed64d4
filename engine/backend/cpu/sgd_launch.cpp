// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/launches.h"
#include "kernels/cpu/sgd.h"

namespace arcmeter::backend::cpu {
namespace {

using kernels::cpu::SgdTensor;

/// A weight with the copies that are written in the same pass as its update.
SgdTensor with_copies(const Bindings& bindings, graph::TensorId weight) {
    const CpuProgram& program = *bindings.program;
    SgdTensor tensor{};
    tensor.weight = bindings.as<float>(weight);
    tensor.count = program.arena().placements[static_cast<std::size_t>(weight)].bytes /
                   static_cast<std::int64_t>(sizeof(float));
    std::size_t twins = 0;
    for (const CopyPlacement& copy : program.copies()) {
        if (copy.weight != weight || copy.is_shared) continue;
        void* data = bindings.copies + copy.offset;
        if (copy.kind == WeightCopy::half) tensor.half_copy = static_cast<kernels::bfloat16*>(data);
        if (copy.kind == WeightCopy::tile) {
            tensor.twins[twins] = program.product(copy.operation)->tile_twin();
            tensor.twins[twins++].data = data;
        }
    }
    return tensor;
}

void convert_reordered_copies(const Bindings& bindings) {
    for (const CopyPlacement& copy : bindings.program->copies()) {
        if (copy.kind != WeightCopy::reorder || copy.is_shared) continue;
        bindings.program->product(copy.operation)
            ->convert_weights(bindings.as<float>(copy.weight), bindings.copies + copy.offset);
    }
}

}  // namespace

Run bind_sgd(const Bindings& bindings, const graph::Operation& op) {
    std::vector<SgdTensor> tensors;
    for (std::size_t i = 0; i + 2 < op.inputs.size(); i += 3) {
        SgdTensor tensor = with_copies(bindings, op.inputs[i]);
        tensor.gradient = bindings.as<float>(op.inputs[i + 1]);
        tensor.momentum = bindings.as<float>(op.inputs[i + 2]);
        tensor.decay = static_cast<float>(bindings.options->weight_decay);
        tensors.push_back(tensor);
    }
    const auto momentum = static_cast<float>(bindings.options->momentum);
    return [bindings, momentum, tensors = std::move(tensors)] {
        kernels::cpu::sgd_update(tensors, {static_cast<float>(bindings.step->learning_rate), momentum});
        convert_reordered_copies(bindings);
    };
}

Run bind_class_update(const Bindings& bindings, const graph::Operation& op) {
    const auto& attributes = op.get<graph::ClassUpdateAttributes>();
    const std::int64_t width = bindings.program->graph().tensor(op.input(0)).shape.c;
    SgdTensor rows{};
    rows.weight = bindings.as<float>(op.input(0)) + attributes.first_row * width;
    rows.momentum = bindings.as<float>(op.input(1)) + attributes.first_row * width;
    rows.gradient = bindings.as<float>(op.input(2));
    rows.count = attributes.rows * width;
    rows.decay = static_cast<float>(bindings.options->weight_decay);
    const auto momentum = static_cast<float>(bindings.options->momentum);
    return [step = bindings.step, momentum, rows] {
        kernels::cpu::sgd_update({&rows, 1}, {static_cast<float>(step->learning_rate), momentum});
    };
}

void refresh_weight_copies(const Bindings& bindings) {
    std::vector<SgdTensor> tensors;
    for (const CopyPlacement& copy : bindings.program->copies()) {
        if (!copy.is_shared) tensors.push_back(with_copies(bindings, copy.weight));
    }
    kernels::cpu::sgd_refresh_copies(tensors);
    convert_reordered_copies(bindings);
}

}  // namespace arcmeter::backend::cpu

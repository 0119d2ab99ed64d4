// SPDX-License-Identifier: Apache-2.0
// From operations to calls of kernels with bound pointers.
#pragma once

#include <functional>

#include "engine/backend/cpu/cpu_program.h"

namespace arcmeter::backend::cpu {

/// What every launch may look at: where tensors lie and the step's own input.
struct Bindings {
    const CpuProgram* program = nullptr;
    std::byte* arena = nullptr;
    std::byte* copies = nullptr;
    std::byte* product_workspace = nullptr;
    float* kernel_workspace = nullptr;
    const ExecutorOptions* options = nullptr;
    const StepInput* step = nullptr;  ///< of the step that runs

    void* data(graph::TensorId id) const;  ///< null for no_tensor
    template <typename T>
    T* as(graph::TensorId id) const {
        return static_cast<T*>(data(id));
    }
    /// Weights as the product of an operation wants them: the master or a copy.
    const void* product_weights(std::size_t operation, graph::TensorId weight) const;
};

using Run = std::function<void()>;

/// Convolutions, depthwise convolutions, linear layers.
Run bind_product(const Bindings& bindings, std::size_t operation);
Run bind_elementwise(const Bindings& bindings, const graph::Operation& op);
Run bind_head(const Bindings& bindings, const graph::Operation& op);
Run bind_sgd(const Bindings& bindings, const graph::Operation& op);

/// Rewrites every weight copy from the masters (after loading or initialising).
void refresh_weight_copies(const Bindings& bindings);

}  // namespace arcmeter::backend::cpu

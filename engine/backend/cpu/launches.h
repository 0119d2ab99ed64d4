// SPDX-License-Identifier: Apache-2.0
// From operations to calls of kernels with bound pointers.
#pragma once

#include <functional>

#include "engine/backend/cpu/cpu_program.h"

namespace arcmeter::backend::cpu {

/// A collective between its start and its wait.
struct StartedCollective {
    std::vector<comm::Request> requests;  ///< one for each run of bytes that lie side by side
    double ms = 0;                        ///< of the last step
};

/// What every launch may look at: where tensors lie and the step's own input.
struct Bindings {
    const CpuProgram* program = nullptr;
    std::byte* arena = nullptr;
    std::byte* copies = nullptr;
    std::byte* product_workspace = nullptr;
    float* kernel_workspace = nullptr;
    const ExecutorOptions* options = nullptr;
    const StepInput* step = nullptr;                        ///< of the step that runs
    std::byte* wire = nullptr;                              ///< where gradients are rounded to travel
    std::vector<StartedCollective>* collectives = nullptr;  ///< by request

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
/// The start of a collective or its wait. Throws std::logic_error without a communicator.
Run bind_collective(const Bindings& bindings, std::size_t operation);
/// SGD on a run of class centres.
Run bind_class_update(const Bindings& bindings, const graph::Operation& op);
Run bind_sgd(const Bindings& bindings, const graph::Operation& op);

/// Rewrites every weight copy from the masters (after loading or initialising).
void refresh_weight_copies(const Bindings& bindings);

}  // namespace arcmeter::backend::cpu

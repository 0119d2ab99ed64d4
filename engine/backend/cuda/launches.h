// SPDX-License-Identifier: Apache-2.0
// From operations to calls of kernels with bound pointers. A launch enqueues and never waits, and everything
// that changes from step to step is read on the device, so that launches can be captured once and replayed.
#pragma once

#include <functional>
#include <string>

#include "engine/backend/cuda/cuda_program.h"
#include "engine/backend/cuda/product_cache.h"
#include "kernels/cuda/sgd.h"
#include "kernels/cuda/step_state.h"

namespace arcmeter::backend::cuda {

class NcclCommunicator;

/// By request of the graph: what its start has begun and its wait waits for.
using StartedRequests = std::vector<std::vector<comm::Request>>;

/// What every launch may look at: where tensors lie, for one of the two instances of a step.
struct Bindings {
    const CudaProgram* program = nullptr;
    ProductCache* products = nullptr;
    const ExecutorOptions* options = nullptr;
    std::byte* memory = nullptr;       ///< the one allocation
    std::byte* host_memory = nullptr;  ///< pinned, of the arena's host_bytes; null: there are none
    std::size_t instance = 0;
    kernels::cuda::SgdTensors update_table = {};  ///< in device memory
    kernels::cuda::SgdTensors copy_table = {};
    std::vector<kernels::cuda::SgdTensors> class_tables = {};  ///< of each class_update in turn
    NcclCommunicator* communicator = nullptr;                  ///< null: the graph has no collectives
    StartedRequests* requests = nullptr;

    void* data(graph::TensorId id) const;  ///< null for no_tensor
    template <typename T>
    T* as(graph::TensorId id) const {
        return static_cast<T*>(data(id));
    }
    /// Weights as products want them: the master or its half copy.
    const void* product_weights(graph::TensorId weight) const;

    std::byte* at(std::int64_t offset) const { return memory + offset; }
    std::byte* library_workspace() const { return at(program->regions().library_workspace); }
    std::byte* side_workspace() const { return at(program->regions().side_workspace); }
    float* kernel_workspace() const {
        return reinterpret_cast<float*>(at(program->regions().kernel_workspace));
    }
    unsigned* counters() const { return reinterpret_cast<unsigned*>(at(program->regions().counters)); }
    kernels::cuda::StepState* state() const {
        return reinterpret_cast<kernels::cuda::StepState*>(at(program->regions().state));
    }
    std::byte* input() const { return at(program->regions().input[instance]); }

    /// Where the loss scale applies: everywhere in FP16, nowhere else.
    bool scales_loss() const;
};

using Enqueue = std::function<void(Stream)>;

/// Makes every product that the graph's launches will ask the cache for. They are measured then, before the
/// step's own memory is taken.
void make_products(const CudaProgram& program, ProductCache& products);

/// Convolutions, depthwise convolutions, linear layers.
Enqueue bind_product(const Bindings& bindings, const graph::Operation& op);
Enqueue bind_elementwise(const Bindings& bindings, const graph::Operation& op);
Enqueue bind_head(const Bindings& bindings, const graph::Operation& op);
Enqueue bind_sgd(const Bindings& bindings);
Enqueue bind_class_update(const Bindings& bindings, const graph::Operation& op);

/// Of a convolution or linear product; empty for others.
std::string product_algorithm(const CudaProgram& program, ProductCache& products, const graph::Operation& op);

/// Tensors of the update's table (pointers into `bindings.memory`) and of the half copies'.
std::vector<kernels::cuda::SgdTensor> update_tensors(const Bindings& bindings);
std::vector<kernels::cuda::SgdTensor> copied_tensors(const Bindings& bindings);
/// One for each class_update, in the graph's order: each is a table of its own.
std::vector<kernels::cuda::SgdTensor> class_tensors(const Bindings& bindings);

bool is_head(graph::OpKind kind);

}  // namespace arcmeter::backend::cuda

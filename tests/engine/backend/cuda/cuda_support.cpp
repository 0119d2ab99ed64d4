// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/backend/cuda/cuda_support.h"

#include "tests/engine/backend/cuda/reference_products.h"

namespace arcmeter::backend::cuda::test {

ExecutorOptions emulated_options() {
    ExecutorOptions options;
    options.library_workspace_bytes = 4096;
    options.poison_activations = true;
    return options;
}

std::unique_ptr<CudaExecutor> cuda_executor_of(const train::StepGraph& step, const ExecutorOptions& options) {
    return std::make_unique<CudaExecutor>(step.graph, make_reference_products(), options);
}

void settle_loss_scale(CudaExecutor& executor, const train::StepGraph& step) {
    if (step.graph.tensor(step.graph.embedding).type == graph::DataType::f16)
        executor.set_loss_scale({.scale = 64});
}

}  // namespace arcmeter::backend::cuda::test

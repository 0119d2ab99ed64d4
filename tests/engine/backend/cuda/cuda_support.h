// SPDX-License-Identifier: Apache-2.0
// Steps of the small network on emulated CUDA.
#pragma once

#include "engine/backend/cuda/cuda_executor.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::cuda::test {

using namespace backend::test;

/// Options of an executor whose library workspace is small and whose activations are NaN before each step.
ExecutorOptions emulated_options();

std::unique_ptr<CudaExecutor> cuda_executor_of(const train::StepGraph& step,
                                               const ExecutorOptions& options = emulated_options());

}  // namespace arcmeter::backend::cuda::test

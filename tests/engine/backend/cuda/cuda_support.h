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

/// With few samples and class centres as short as they start, FP16 gradients of the head overflow until the
/// loss scale has been halved some eight times; this takes that for done. Nothing in other precisions.
void settle_loss_scale(CudaExecutor& executor, const train::StepGraph& step);

}  // namespace arcmeter::backend::cuda::test

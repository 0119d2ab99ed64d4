// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "engine/backend/cuda/cuda_executor.h"
#include "engine/backend/cuda/device_probe.h"
#include "engine/train/step_graph.h"

/// First in every test here.
#define ARCMETER_NEEDS_DEVICE()                                                              \
    if (const auto probe = ::arcmeter::backend::cuda::probe_devices(); probe.usable.empty()) \
    GTEST_SKIP() << probe.reason

namespace arcmeter::backend::cuda {

/// With few samples and class centres as short as they start, FP16 gradients of the head overflow until the
/// loss scale has been halved some times, and those steps change nothing: this takes that for done. Nothing
/// in other precisions. After initialise().
inline void settle_loss_scale(Executor& executor, const train::StepGraph& step) {
    if (step.graph.tensor(step.graph.embedding).type == graph::DataType::f16)
        dynamic_cast<CudaExecutor&>(executor).set_loss_scale({.scale = 64});
}

}  // namespace arcmeter::backend::cuda

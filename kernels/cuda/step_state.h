// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/loss_scale.h"

namespace arcmeter::kernels::cuda {

/// What the host sets anew for each step.
struct StepScalars {
    std::uint64_t step = 0;  ///< number of the step: a new dropout mask, a new sample of classes
    float learning_rate = 0;
};

/// The scalars of a step in device memory, read by kernels through a pointer: a captured step is replayed
/// without being changed. The host copies `scalars` before each step; the loss scale is the device's own, and
/// its initial value is right for every precision that does not use it but for the scale itself, which is
/// then set to 1.
struct StepState {
    StepScalars scalars;
    LossScale loss_scale;
};

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/sgd.h"

// Dynamic loss scaling of a step, all on the device: check_finite after backward, sgd_update, which skips on
// overflow, and loss_scale_update last. Used in FP16; in the other precisions the scale is 1 and neither
// runs.

namespace arcmeter::kernels::cuda {

/// Sets state->loss_scale.overflow if a gradient of the tensors is infinite or not a number.
void check_finite(const SgdTensors& tensors, StepState* state, Stream stream);

/// update_loss_scale (kernels/math/loss_scale.h) on the step's loss scale.
void loss_scale_update(StepState* state, Stream stream);

}  // namespace arcmeter::kernels::cuda

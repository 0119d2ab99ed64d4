// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/depthwise.h"

// The launchers of the same names in plain loops, for any block, kernel, stride and padding; sums in double.

namespace arcmeter::kernels::cpu::reference {

void depthwise_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                       void* y);
void depthwise_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                             const float* weight, void* dx);
void depthwise_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                               float* weight_gradient);

}  // namespace arcmeter::kernels::cpu::reference

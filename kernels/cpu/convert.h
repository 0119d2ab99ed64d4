// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels::cpu {

/// count values, rounded to nearest even; x and y do not overlap.
void convert(std::int64_t count, const float* x, bfloat16* y);
void convert(std::int64_t count, const bfloat16* x, float* y);

/// Copies an activation into another layout and type: batch, channels and spatial of the two are equal,
/// blocks may differ; x and y do not overlap. For import, export and comparison, not for the training step.
void reorder(const ActivationLayout& x_layout, ElementType x_type, const void* x,
             const ActivationLayout& y_layout, ElementType y_type, void* y);

}  // namespace arcmeter::kernels::cpu

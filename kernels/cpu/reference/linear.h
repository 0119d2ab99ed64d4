// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

// y [batch][out] = x [batch][in] W^T + bias, W float [out][in] as PyTorch's. x may have any layout: its
// features count in (channel, row, column) order. y and dy are plain [batch][out].

namespace arcmeter::kernels::cpu::reference {

/// bias [out] or null.
void linear_forward(const ActivationLayout& x_layout, ElementType type, std::int64_t out_features,
                    const void* x, const float* weight, const float* bias, void* y);
void linear_data_gradient(const ActivationLayout& x_layout, ElementType type, std::int64_t out_features,
                          const void* dy, const float* weight, void* dx);
void linear_weight_gradient(const ActivationLayout& x_layout, ElementType type, std::int64_t out_features,
                            const void* x, const void* dy, float* weight_gradient);
void linear_bias_gradient(std::int64_t batch, ElementType type, std::int64_t out_features, const void* dy,
                          float* bias_gradient);

}  // namespace arcmeter::kernels::cpu::reference

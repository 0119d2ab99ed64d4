// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "kernels/depthwise_shape.h"

// Depthwise convolution: out channel c reads channel c (channels_per_group 1), or the two channels of its
// pair {c & ~1, c | 1} (channels_per_group 2: 2C channels in C groups, as in the stem of arcface_torch's
// MobileFaceNet). Square kernel, equal stride and padding in both directions, no bias.
// Weights and their gradients are float, in the kernel's order
//   [C / block][channels_per_group][kernel * kernel][block]
// where plane g = 0 multiplies channel c itself and g = 1 its partner c ^ 1. The conversion functions lead
// from and to PyTorch's grouped order [C][channels_per_group][kernel][kernel].
// Fast for block % 8 == 0 with kernel 3, pad 1, stride 1 or 2, and with kernel = height = width, pad 0;
// everything else runs a plain loop.

namespace arcmeter::kernels::cpu {

using kernels::DepthwiseShape;

void depthwise_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                       void* y);

void depthwise_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                             const float* weight, void* dx);

/// Floats of workspace for depthwise_weight_gradient.
std::size_t depthwise_workspace(const DepthwiseShape& shape);

/// Writes (does not add to) weight_gradient.
void depthwise_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                               float* weight_gradient, float* workspace);

/// Logical [C][channels_per_group][kernel][kernel] to the kernel's order, and back; not in place.
void depthwise_weight_from_logical(const DepthwiseShape& shape, const float* logical, float* weight);
void depthwise_weight_to_logical(const DepthwiseShape& shape, const float* weight, float* logical);

}  // namespace arcmeter::kernels::cpu

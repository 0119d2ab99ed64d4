// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "kernels/layout.h"

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

struct DepthwiseShape {
    std::int64_t batch;
    std::int64_t channels;
    std::int64_t block;               ///< of input, output and weights; even if channels_per_group is 2
    std::int64_t channels_per_group;  ///< 1 or 2
    std::int64_t kernel;
    std::int64_t stride;
    std::int64_t pad;
    std::int64_t in_height;
    std::int64_t in_width;

    ARCMETER_HD constexpr std::int64_t out_height() const {
        return (in_height + 2 * pad - kernel) / stride + 1;
    }
    ARCMETER_HD constexpr std::int64_t out_width() const {
        return (in_width + 2 * pad - kernel) / stride + 1;
    }
    ARCMETER_HD constexpr std::int64_t weights() const {
        return channels * channels_per_group * kernel * kernel;
    }
    ARCMETER_HD constexpr ActivationLayout input() const {
        return {batch, channels, in_height * in_width, block};
    }
    ARCMETER_HD constexpr ActivationLayout output() const {
        return {batch, channels, out_height() * out_width(), block};
    }
};

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

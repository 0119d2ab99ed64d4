// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/row_groups.h"
#include "kernels/cuda/stream.h"
#include "kernels/depthwise_shape.h"

// Depthwise convolution in NHWC: shape.block is shape.channels. Out channel c reads channel c
// (channels_per_group 1), or the two channels of its pair {c & ~1, c | 1} (channels_per_group 2). Weights and
// their gradients are float, [channels_per_group][kernel * kernel][channels], where plane g = 0 multiplies
// channel c itself and g = 1 its partner c ^ 1: the order of kernels/cpu/depthwise.h, whose conversion
// functions lead from and to PyTorch's.
// Fast for kernel 3, pad 1, stride 1 or 2, and for kernel = height = width, pad 0, with aligned channels;
// everything else runs a plain kernel.

namespace arcmeter::kernels::cuda {

void depthwise_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                       void* y, Stream stream);

void depthwise_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                             const float* weight, void* dx, Stream stream);

/// Blocks that a weight gradient is divided among: two on each of 132 processors, all that fit there.
constexpr std::int64_t depthwise_blocks = 264;

/// Groups of output lines whose weight gradients are summed apart.
ARCMETER_HD constexpr std::int64_t depthwise_groups(const DepthwiseShape& shape) {
    const std::int64_t lines = shape.batch * shape.out_height();
    const std::int64_t wanted = depthwise_blocks / channel_tiles(shape.channels);
    const std::int64_t groups = lines < wanted ? lines : wanted;
    return groups > 1 ? groups : 1;
}

/// Floats of workspace for depthwise_weight_gradient.
constexpr std::size_t depthwise_workspace(const DepthwiseShape& shape) {
    return static_cast<std::size_t>(depthwise_groups(shape) * shape.weights());
}

/// Writes (does not add to) weight_gradient.
void depthwise_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                               float* weight_gradient, float* workspace, Stream stream);

}  // namespace arcmeter::kernels::cuda

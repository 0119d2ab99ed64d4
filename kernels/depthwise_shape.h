// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels {

/// A depthwise convolution with a square kernel, equal stride and padding in both directions, and no bias.
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

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels::cpu::reference {

/// Weights are float, [out_channels][in_channels / groups][kernel_height][kernel_width]. No bias.
struct ConvolutionShape {
    std::int64_t batch;
    std::int64_t in_channels, in_height, in_width;
    std::int64_t out_channels;
    std::int64_t kernel_height, kernel_width;
    std::int64_t stride;
    std::int64_t pad;
    std::int64_t groups = 1;
    std::int64_t in_block = 1;   ///< layout of x and dx
    std::int64_t out_block = 1;  ///< layout of y and dy

    constexpr std::int64_t out_height() const { return (in_height + 2 * pad - kernel_height) / stride + 1; }
    constexpr std::int64_t out_width() const { return (in_width + 2 * pad - kernel_width) / stride + 1; }
    constexpr std::int64_t weights() const {
        return out_channels * (in_channels / groups) * kernel_height * kernel_width;
    }
    constexpr ActivationLayout input() const { return {batch, in_channels, in_height * in_width, in_block}; }
    constexpr ActivationLayout output() const {
        return {batch, out_channels, out_height() * out_width(), out_block};
    }
};

void convolution_forward(const ConvolutionShape& shape, ElementType type, const void* x, const float* weight,
                         void* y);
void convolution_data_gradient(const ConvolutionShape& shape, ElementType type, const void* dy,
                               const float* weight, void* dx);
void convolution_weight_gradient(const ConvolutionShape& shape, ElementType type, const void* x,
                                 const void* dy, float* weight_gradient);

}  // namespace arcmeter::kernels::cpu::reference

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/cuda/stream.h"

// A convolution of any kernel and stride in FP32 as one matrix product over the patches of its input
// (Chellapilla, Puri and Simard 2006). Activations are NHWC, weights [out][kernel][kernel][in]; the patches
// of x are the matrix P [samples * out_height * out_width][kernel][kernel][channels], and
//   y = P W^T        forward
//   dP = dy W        from which dx is gathered
//   dW = dy^T P      weight gradient

namespace arcmeter::kernels::cuda {

struct PatchShape {
    std::int64_t samples;
    std::int64_t height;  ///< of the input
    std::int64_t width;
    std::int64_t channels;  ///< a multiple of 4
    std::int64_t kernel;
    std::int64_t stride;
    std::int64_t padding;

    constexpr std::int64_t out_height() const { return (height + 2 * padding - kernel) / stride + 1; }
    constexpr std::int64_t out_width() const { return (width + 2 * padding - kernel) / stride + 1; }
    constexpr std::int64_t rows() const { return samples * out_height() * out_width(); }
    constexpr std::int64_t columns() const { return kernel * kernel * channels; }
};

/// P of x. Both begin at 16 bytes.
void gather_patches(const PatchShape& shape, const float* x, float* patches, Stream stream);

/// dx of dP: every element adds what the patches that hold it carry, in the order of their taps.
void sum_patches(const PatchShape& shape, const float* patches, float* dx, Stream stream);

}  // namespace arcmeter::kernels::cuda

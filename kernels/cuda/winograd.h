// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/cuda/stream.h"
#include "kernels/math/winograd.h"

// A 3 x 3 convolution of stride 1 and padding 1 in FP32 as 36 matrix products, F(4 x 4, 3 x 3) of
// kernels/math/winograd.h: the image is cut into tiles of 4 x 4 outputs, and
//   y = output(M), M[p] = V[p] U[p]^T, V = input(x), U = weights(w)                 forward
//   dx likewise, of dy and the weights rotated                                      data gradient
//   dw = weights_adjoint(dU), dU[p] = output_adjoint(dy)[p]^T V[p]                  weight gradient
// for each of the 36 points p: a quarter of the direct products' multiplications. Activations are NHWC,
// weights [out][3][3][in]. Transformed activations are [36][samples * tiles][channels], transformed weights
// [36][out][in].

namespace arcmeter::kernels::cuda {

struct WinogradImages {
    std::int64_t samples;
    std::int64_t height;
    std::int64_t width;
    std::int64_t channels;

    constexpr std::int64_t tiles_down() const { return (height + winograd_outputs - 1) / winograd_outputs; }
    constexpr std::int64_t tiles_across() const { return (width + winograd_outputs - 1) / winograd_outputs; }
    constexpr std::int64_t tiles() const { return samples * tiles_down() * tiles_across(); }
    /// Floats of the transformed images.
    constexpr std::int64_t transformed() const { return winograd_points * tiles() * channels; }
};

/// V of x.
void winograd_input(const WinogradImages& images, const float* x, float* transformed, Stream stream);

/// y of M.
void winograd_output(const WinogradImages& images, const float* transformed, float* y, Stream stream);

/// The gradient that M gets from dy.
void winograd_output_adjoint(const WinogradImages& images, const float* dy, float* transformed,
                             Stream stream);

/// U of w [out][3][3][in]. rotated: of the weights by which a gradient goes back instead, [36][in][out] of
/// [in][3][3][out] turned by half a circle.
void winograd_weights(std::int64_t out, std::int64_t in, const float* w, bool rotated, float* transformed,
                      Stream stream);

/// dw [out][3][3][in] of dU, whose points are sums of `parts` matrices each: [36][parts][out][in].
void winograd_weights_adjoint(std::int64_t out, std::int64_t in, std::int64_t parts, const float* transformed,
                              float* dw, Stream stream);

}  // namespace arcmeter::kernels::cuda

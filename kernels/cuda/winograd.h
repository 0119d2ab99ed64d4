// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/cuda/stream.h"
#include "kernels/math/winograd.h"

// A 3 x 3 convolution of stride 1 and padding 1 in FP32 as matrix products, F(m x m, 3 x 3) of
// kernels/math/winograd.h with m = 4 or 7: the image is cut into tiles of m x m outputs, and
//   y = output(M), M[p] = V[p] U[p]^T, V = input(x), U = weights(w)                 forward
//   dx likewise, of dy and the weights rotated                                      data gradient
//   dw = weights_adjoint(dU), dU[p] = output_adjoint(dy)[p]^T V[p]                  weight gradient
// for each of the (m + 2)^2 points p: 36 or 81 multiplications where the direct products have 144 or 441.
// Weight gradients in TF32 have m = 2, 16 multiplications instead of 36, and operands of their own, see
// WinogradRows.
// Activations are NHWC, weights [out][3][3][in]. Transformed activations are [points][samples *
// tiles][channels], transformed weights [points][out][in]. `tile` is m everywhere.

namespace arcmeter::kernels::cuda {

struct WinogradImages {
    std::int64_t samples;
    std::int64_t height;
    std::int64_t width;
    std::int64_t channels;
    int tile;

    constexpr std::int64_t tiles_down() const { return (height + tile - 1) / tile; }
    constexpr std::int64_t tiles_across() const { return (width + tile - 1) / tile; }
    constexpr std::int64_t tiles() const { return samples * tiles_down() * tiles_across(); }
    /// Floats of the transformed images.
    constexpr std::int64_t transformed() const { return winograd_points(tile) * tiles() * channels; }
};

/// V of x.
void winograd_input(const WinogradImages& images, const float* x, float* transformed, Stream stream);

/// y of M.
void winograd_output(const WinogradImages& images, const float* transformed, float* y, Stream stream);

/// The gradient that M gets from dy.
void winograd_output_adjoint(const WinogradImages& images, const float* dy, float* transformed,
                             Stream stream);

/// Operands of a weight gradient's products as tensor cores want FP32: along the sum.
/// [points][parts][channels][ part_rows()], whose rows are the tiles in their order, cut into `parts` sums
/// with zeros behind the last tile, rounded to TF32. images.tile is 2.
struct WinogradRows {
    WinogradImages images;
    std::int64_t parts;

    /// By the four, so that every row begins at 16 bytes.
    constexpr std::int64_t part_rows() const { return ((images.tiles() + parts - 1) / parts + 3) / 4 * 4; }
    /// Floats of the transformed images.
    constexpr std::int64_t transformed() const {
        return winograd_points(images.tile) * parts * images.channels * part_rows();
    }
};

/// V of x.
void winograd_input_rows(const WinogradRows& rows, const float* x, float* transformed, Stream stream);

/// The gradient that M gets from dy.
void winograd_output_adjoint_rows(const WinogradRows& rows, const float* dy, float* transformed,
                                  Stream stream);

/// 3 x 3 weights between `out` and `in` channels.
struct WinogradWeights {
    std::int64_t out;
    std::int64_t in;
    int tile;
};

/// U of w [out][3][3][in]. rotated: of the weights by which a gradient goes back instead, [points][in][out]
/// of [in][3][3][out] turned by half a circle.
void winograd_weights(const WinogradWeights& weights, const float* w, bool rotated, float* transformed,
                      Stream stream);

/// dw [out][3][3][in] of dU, with tiles of 2 too, whose points are sums of `parts` matrices each:
/// [points][parts][out][in].
void winograd_weights_adjoint(const WinogradWeights& weights, std::int64_t parts, const float* transformed,
                              float* dw, Stream stream);

}  // namespace arcmeter::kernels::cuda

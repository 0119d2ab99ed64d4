// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "kernels/cuda/winograd.h"

// What the transforms of winograd.cu and winograd_rows.cu share. Included by .cu files only.

namespace arcmeter::kernels::cuda {

/// T in T^T of a transform T of Out x In that `line` applies to one line: in[y][x] by load(y, x), and
/// store(y, row) for each row of the result.
template <int In, int Out, class Load, class Line, class Store>
__device__ void transform_square(Load load, Line line, Store store) {
    float columns[In][Out];  // [column][row], each column transformed
#pragma unroll
    for (int x = 0; x < In; ++x) {
        float column[In];
#pragma unroll
        for (int y = 0; y < In; ++y) column[y] = load(y, x);
        line(column, columns[x]);
    }
#pragma unroll
    for (int y = 0; y < Out; ++y) {
        float row[In], out[Out];
#pragma unroll
        for (int x = 0; x < In; ++x) row[x] = columns[x][y];
        line(row, out);
        store(y, out);
    }
}

/// The same images: that their tiles are Tile outputs wide spares a division by what a compiler does not
/// know.
template <int Tile>
__device__ WinogradImages with_tiles_of(WinogradImages images) {
    images.tile = Tile;
    return images;
}

/// One tile of an image: its sample and its first output.
struct TilePlace {
    std::int64_t sample;
    int top;
    int left;

    __device__ TilePlace(const WinogradImages& images, unsigned tile) {
        const auto across = static_cast<unsigned>(images.tiles_across());
        const auto down = static_cast<unsigned>(images.tiles_down());
        left = static_cast<int>(tile % across) * images.tile;
        top = static_cast<int>(tile / across % down) * images.tile;
        sample = tile / across / down;
    }
};

/// The points of one channel of a tile of x, from a square of inputs, or of dy, from a square of outputs;
/// store(y, row of points).
template <int Tile, bool OfInputs, class Store>
__device__ void to_points(const WinogradImages& images, const TilePlace& tile, int channel,
                          const float* image, Store store) {
    using Transform = Winograd<Tile>;
    constexpr int inputs = Transform::inputs, size = OfInputs ? inputs : Tile, border = OfInputs ? 1 : 0;
    const int height = static_cast<int>(images.height), width = static_cast<int>(images.width);
    const int channels = static_cast<int>(images.channels);
    const int top = tile.top - border, left = tile.left - border;
    const float* const sample = image + tile.sample * height * width * channels + channel;
    transform_square<size, inputs>(
        [&](int y, int x) {  // zero outside the image
            const bool exists = static_cast<unsigned>(top + y) < static_cast<unsigned>(height) &&
                                static_cast<unsigned>(left + x) < static_cast<unsigned>(width);
            return exists ? sample[(static_cast<std::int64_t>(top + y) * width + left + x) * channels] : 0.0f;
        },
        [](const float(&in)[size], float(&out)[inputs]) {
            if constexpr (OfInputs) {
                Transform::input(in, out);
            } else {
                Transform::output_adjoint(in, out);
            }
        },
        store);
}

}  // namespace arcmeter::kernels::cuda

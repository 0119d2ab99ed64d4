// SPDX-License-Identifier: Apache-2.0
// A thread transforms one channel of one tile; neighbouring threads have neighbouring channels.
#include "kernels/cuda/winograd.h"

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/winograd_tile.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int most_index = 0x7fffffff;

/// Tiles of 7 keep up to 81 values in a thread's registers, tiles of 4 half of that.
template <int Tile>
constexpr int threads_of = Tile == 7 ? 128 : 256;

/// The channel of the tile that a thread has.
template <int Tile>
struct TileOfThread {
    bool exists;
    int channel;
    std::int64_t place;  ///< of the tile's channel in each plane of a transformed tensor
    TilePlace tile;

    __device__ explicit TileOfThread(const WinogradImages& images)
        : TileOfThread(with_tiles_of<Tile>(images), blockIdx.x * threads_of<Tile> + threadIdx.x) {}

private:
    __device__ TileOfThread(const WinogradImages& images, unsigned at)
        : channel(static_cast<int>(at % static_cast<unsigned>(images.channels))),
          place(at),
          tile(images, at / static_cast<unsigned>(images.channels)) {
        exists = tile.sample < images.samples;
    }
};

template <int Tile, bool OfInputs>
__global__ void __launch_bounds__(threads_of<Tile>)
    to_points_kernel(WinogradImages images, const float* image, float* transformed) {
    constexpr int inputs = Winograd<Tile>::inputs;
    const TileOfThread<Tile> thread(images);
    if (!thread.exists) return;
    const std::int64_t plane = with_tiles_of<Tile>(images).tiles() * images.channels;
    to_points<Tile, OfInputs>(images, thread.tile, thread.channel, image,
                              [&](int y, const float(&row)[inputs]) {
#pragma unroll
                                  for (int x = 0; x < inputs; ++x)
                                      transformed[(y * inputs + x) * plane + thread.place] = row[x];
                              });
}

template <int Tile>
__global__ void __launch_bounds__(threads_of<Tile>)
    output_kernel(WinogradImages images, const float* transformed, float* y) {
    constexpr int inputs = Winograd<Tile>::inputs;
    const TileOfThread<Tile> thread(images);
    if (!thread.exists) return;
    const std::int64_t plane = with_tiles_of<Tile>(images).tiles() * images.channels;
    const int height = static_cast<int>(images.height), width = static_cast<int>(images.width);
    const int channels = static_cast<int>(images.channels);
    const TilePlace& tile = thread.tile;
    transform_square<inputs, Tile>(
        [&](int row, int column) { return transformed[(row * inputs + column) * plane + thread.place]; },
        [](const float(&in)[inputs], float(&out)[Tile]) { Winograd<Tile>::output(in, out); },
        [&](int row, const float(&values)[Tile]) {
            if (tile.top + row >= height) return;
            float* line = y + (tile.sample * height + tile.top + row) * width * channels + thread.channel;
#pragma unroll
            for (int column = 0; column < Tile; ++column) {
                if (tile.left + column < width) line[(tile.left + column) * channels] = values[column];
            }
        });
}

/// A thread has one pair of channels; `inner` is the one whose weights are neighbours in the result.
template <int Tile>
__global__ void __launch_bounds__(threads_of<Tile>)
    weights_kernel(WinogradWeights weights, const float* w, bool rotated, float* transformed) {
    constexpr int inputs = Winograd<Tile>::inputs;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * threads_of<Tile> + threadIdx.x;
    const std::int64_t out = weights.out, in = weights.in;
    if (at >= out * in) return;
    const std::int64_t inner = rotated ? out : in;
    const std::int64_t o = rotated ? at % inner : at / inner, i = rotated ? at / inner : at % inner;
    transform_square<3, inputs>(
        [&](int y, int x) {
            const int tap = y * 3 + x;
            return w[(o * 9 + (rotated ? 8 - tap : tap)) * in + i];
        },
        [](const float(&line)[3], float(&points)[inputs]) { Winograd<Tile>::weights(line, points); },
        [&](int y, const float(&row)[inputs]) {
#pragma unroll
            for (int x = 0; x < inputs; ++x) transformed[(y * inputs + x) * out * in + at] = row[x];
        });
}

template <int Tile>
__global__ void __launch_bounds__(threads_of<Tile>)
    weights_adjoint_kernel(WinogradWeights weights, int parts, const float* transformed, float* dw) {
    constexpr int inputs = Winograd<Tile>::inputs;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * threads_of<Tile> + threadIdx.x;
    const std::int64_t in = weights.in, size = weights.out * in;
    if (at >= size) return;
    transform_square<inputs, 3>(
        [&](int y, int x) {
            const float* const point = transformed + (y * inputs + x) * parts * size + at;
            float sum = point[0];
            for (int part = 1; part < parts; ++part) sum += point[part * size];
            return sum;
        },
        [](const float(&points)[inputs], float(&line)[3]) { Winograd<Tile>::weights_adjoint(points, line); },
        [&](int y, const float(&row)[3]) {
#pragma unroll
            for (int x = 0; x < 3; ++x) dw[(at / in * 9 + y * 3 + x) * in + at % in] = row[x];
        });
}

template <int Tile>
LaunchShape tile_blocks(const char* name, const WinogradImages& images, const float* from, const float* to) {
    check_size(name, "samples", images.samples);
    check_size(name, "height", images.height, 1, 1 << 15);
    check_size(name, "width", images.width, 1, 1 << 15);
    check_size(name, "channels", images.channels);
    check_size(name, "tiles * channels", images.tiles() * images.channels, 1, most_index);
    check_size(name, "width * channels", images.width * images.channels, 1, most_index);
    check_pointer(name, "input", from);
    check_pointer(name, "output", to);
    return {dim3(blocks_for(images.tiles() * images.channels, threads_of<Tile>)), dim3(threads_of<Tile>)};
}

template <int Tile>
LaunchShape pair_blocks(const char* name, const WinogradWeights& weights, const float* from,
                        const float* to) {
    const std::int64_t out = weights.out, in = weights.in;
    check_size(name, "out", out, 1, most_index);
    check_size(name, "in", in, 1, most_index);
    check_size(name, "out * in", out * in, 1, std::int64_t(most_index) * threads_of<Tile>);
    check_pointer(name, "input", from);
    check_pointer(name, "output", to);
    return {dim3(blocks_for(out * in, threads_of<Tile>)), dim3(threads_of<Tile>)};
}

/// body(tile as a constant)
template <class Body>
void with_tile(const char* name, int tile, Body body) {
    if (tile == 4) return body(std::integral_constant<int, 4>());
    check_size(name, "tile", tile, 7, 7);
    body(std::integral_constant<int, 7>());
}

}  // namespace

void winograd_input(const WinogradImages& images, const float* x, float* transformed, Stream stream) {
    with_tile("winograd_input", images.tile, [&](auto tile) {
        ARCMETER_LAUNCH((to_points_kernel<tile, true>),
                        tile_blocks<tile>("winograd_input", images, x, transformed), stream, images, x,
                        transformed);
    });
}

void winograd_output(const WinogradImages& images, const float* transformed, float* y, Stream stream) {
    with_tile("winograd_output", images.tile, [&](auto tile) {
        ARCMETER_LAUNCH((output_kernel<tile>), tile_blocks<tile>("winograd_output", images, transformed, y),
                        stream, images, transformed, y);
    });
}

void winograd_output_adjoint(const WinogradImages& images, const float* dy, float* transformed,
                             Stream stream) {
    with_tile("winograd_output_adjoint", images.tile, [&](auto tile) {
        ARCMETER_LAUNCH((to_points_kernel<tile, false>),
                        tile_blocks<tile>("winograd_output_adjoint", images, dy, transformed), stream, images,
                        dy, transformed);
    });
}

void winograd_weights(const WinogradWeights& weights, const float* w, bool rotated, float* transformed,
                      Stream stream) {
    with_tile("winograd_weights", weights.tile, [&](auto tile) {
        ARCMETER_LAUNCH((weights_kernel<tile>),
                        pair_blocks<tile>("winograd_weights", weights, w, transformed), stream, weights, w,
                        rotated, transformed);
    });
}

void winograd_weights_adjoint(const WinogradWeights& weights, std::int64_t parts, const float* transformed,
                              float* dw, Stream stream) {
    check_size("winograd_weights_adjoint", "parts", parts, 1, 1 << 15);
    const auto launch = [&](auto tile) {
        ARCMETER_LAUNCH((weights_adjoint_kernel<tile>),
                        pair_blocks<tile>("winograd_weights_adjoint", weights, transformed, dw), stream,
                        weights, static_cast<int>(parts), transformed, dw);
    };
    if (weights.tile == 2) return launch(std::integral_constant<int, 2>());
    with_tile("winograd_weights_adjoint", weights.tile, launch);
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
// A thread transforms one channel of one tile; neighbouring threads have neighbouring channels.
#include "kernels/cuda/winograd.h"

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int most_index = 0x7fffffff;

/// Tiles of 7 keep up to 81 values in a thread's registers, tiles of 4 half of that.
template <int Tile>
constexpr int threads_of = Tile == 4 ? 256 : 128;

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

/// The channel of the tile that a thread has.
template <int Tile>
struct TileOfThread {
    bool exists;
    int channel;
    std::int64_t place;  ///< of the tile's channel in each plane of a transformed tensor
    int top;             ///< first output
    int left;
    std::int64_t sample;

    __device__ explicit TileOfThread(const WinogradImages& images) {
        const unsigned at = blockIdx.x * threads_of<Tile> + threadIdx.x;
        const auto channels = static_cast<unsigned>(images.channels);
        const auto across = static_cast<unsigned>(images.tiles_across());
        const auto down = static_cast<unsigned>(images.tiles_down());
        const unsigned tile = at / channels;
        channel = static_cast<int>(at % channels);
        place = at;
        left = static_cast<int>(tile % across) * Tile;
        top = static_cast<int>(tile / across % down) * Tile;
        sample = tile / across / down;
        exists = sample < images.samples;
    }
};

/// The points of x, from squares of inputs, or of dy, from squares of outputs.
template <int Tile, bool OfInputs>
__global__ void __launch_bounds__(threads_of<Tile>)
    to_points_kernel(WinogradImages images, const float* image, float* transformed) {
    using Transform = Winograd<Tile>;
    constexpr int inputs = Transform::inputs, size = OfInputs ? inputs : Tile, border = OfInputs ? 1 : 0;
    const TileOfThread<Tile> tile(images);
    if (!tile.exists) return;
    const int height = static_cast<int>(images.height), width = static_cast<int>(images.width);
    const int channels = static_cast<int>(images.channels);
    const int top = tile.top - border, left = tile.left - border;
    const float* const sample = image + tile.sample * height * width * channels + tile.channel;
    const std::int64_t plane = images.tiles() * channels;
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
        [&](int y, const float(&row)[inputs]) {
#pragma unroll
            for (int x = 0; x < inputs; ++x) transformed[(y * inputs + x) * plane + tile.place] = row[x];
        });
}

template <int Tile>
__global__ void __launch_bounds__(threads_of<Tile>)
    output_kernel(WinogradImages images, const float* transformed, float* y) {
    constexpr int inputs = Winograd<Tile>::inputs;
    const TileOfThread<Tile> tile(images);
    if (!tile.exists) return;
    const std::int64_t plane = images.tiles() * images.channels;
    const int height = static_cast<int>(images.height), width = static_cast<int>(images.width);
    const int channels = static_cast<int>(images.channels);
    transform_square<inputs, Tile>(
        [&](int row, int column) { return transformed[(row * inputs + column) * plane + tile.place]; },
        [](const float(&in)[inputs], float(&out)[Tile]) { Winograd<Tile>::output(in, out); },
        [&](int row, const float(&values)[Tile]) {
            if (tile.top + row >= height) return;
            float* line = y + (tile.sample * height + tile.top + row) * width * channels + tile.channel;
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
    with_tile("winograd_weights_adjoint", weights.tile, [&](auto tile) {
        ARCMETER_LAUNCH((weights_adjoint_kernel<tile>),
                        pair_blocks<tile>("winograd_weights_adjoint", weights, transformed, dw), stream,
                        weights, static_cast<int>(parts), transformed, dw);
    });
}

}  // namespace arcmeter::kernels::cuda

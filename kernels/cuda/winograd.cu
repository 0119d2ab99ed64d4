// SPDX-License-Identifier: Apache-2.0
// A thread transforms one channel of one tile; neighbouring threads have neighbouring channels.
#include "kernels/cuda/winograd.h"

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;
constexpr int most_index = 0x7fffffff;

/// out = T in T^T, of a transform T of Out x In that `line` applies to one line.
template <int In, int Out, class Line>
__device__ void transform_square(const float (&in)[In][In], float (&out)[Out][Out], Line line) {
    float columns[In][Out];  // [column][row], each column transformed
#pragma unroll
    for (int x = 0; x < In; ++x) {
        float column[In];
#pragma unroll
        for (int y = 0; y < In; ++y) column[y] = in[y][x];
        line(column, columns[x]);
    }
#pragma unroll
    for (int y = 0; y < Out; ++y) {
        float row[In];
#pragma unroll
        for (int x = 0; x < In; ++x) row[x] = columns[x][y];
        line(row, out[y]);
    }
}

/// The channel of the tile that a thread has.
struct TileOfThread {
    bool exists;
    int channel;
    std::int64_t place;  ///< of the tile's channel in each plane of a transformed tensor
    int top;             ///< first output
    int left;
    std::int64_t sample;

    __device__ explicit TileOfThread(const WinogradImages& images) {
        const unsigned at = blockIdx.x * threads + threadIdx.x;
        const auto channels = static_cast<unsigned>(images.channels);
        const auto across = static_cast<unsigned>(images.tiles_across());
        const auto down = static_cast<unsigned>(images.tiles_down());
        const unsigned tile = at / channels;
        channel = static_cast<int>(at % channels);
        place = at;
        left = static_cast<int>(tile % across) * winograd_outputs;
        top = static_cast<int>(tile / across % down) * winograd_outputs;
        sample = tile / across / down;
        exists = sample < images.samples;
    }
};

/// Reads a square of the image from (top, left) on, zero outside.
template <int Size>
__device__ void load_square(const WinogradImages& images, const TileOfThread& tile, int top, int left,
                            const float* image, float (&square)[Size][Size]) {
    const int height = static_cast<int>(images.height), width = static_cast<int>(images.width);
    const int channels = static_cast<int>(images.channels);
#pragma unroll
    for (int y = 0; y < Size; ++y) {
        const bool line_exists = static_cast<unsigned>(top + y) < static_cast<unsigned>(height);
        const float* line =
            image + (tile.sample * height + (line_exists ? top + y : 0)) * width * channels + tile.channel;
#pragma unroll
        for (int x = 0; x < Size; ++x) {
            const bool exists = line_exists && static_cast<unsigned>(left + x) < static_cast<unsigned>(width);
            square[y][x] = exists ? line[(left + x) * channels] : 0.0f;
        }
    }
}

__device__ void store_points(const WinogradImages& images, const TileOfThread& tile,
                             const float (&points)[winograd_inputs][winograd_inputs], float* transformed) {
    const std::int64_t plane = images.tiles() * images.channels;
#pragma unroll
    for (int p = 0; p < winograd_points; ++p) {
        transformed[p * plane + tile.place] = points[p / winograd_inputs][p % winograd_inputs];
    }
}

/// The points of x, from squares of inputs, or of dy, from squares of outputs.
template <int Size>
__global__ void __launch_bounds__(threads)
    to_points_kernel(WinogradImages images, const float* image, float* transformed) {
    constexpr bool of_inputs = Size == winograd_inputs;
    const TileOfThread tile(images);
    if (!tile.exists) return;
    constexpr int border = of_inputs ? 1 : 0;
    float square[Size][Size], points[winograd_inputs][winograd_inputs];
    load_square(images, tile, tile.top - border, tile.left - border, image, square);
    transform_square(square, points, [](const float(&in)[Size], float(&out)[winograd_inputs]) {
        if constexpr (of_inputs) {
            kernels::winograd_input(in, out);
        } else {
            kernels::winograd_output_adjoint(in, out);
        }
    });
    store_points(images, tile, points, transformed);
}

__global__ void __launch_bounds__(threads)
    output_kernel(WinogradImages images, const float* transformed, float* y) {
    const TileOfThread tile(images);
    if (!tile.exists) return;
    const std::int64_t plane = images.tiles() * images.channels;
    float points[winograd_inputs][winograd_inputs], square[winograd_outputs][winograd_outputs];
#pragma unroll
    for (int p = 0; p < winograd_points; ++p) {
        points[p / winograd_inputs][p % winograd_inputs] = transformed[p * plane + tile.place];
    }
    transform_square(points, square,
                     [](const float(&in)[6], float(&out)[4]) { kernels::winograd_output(in, out); });
    const int height = static_cast<int>(images.height), width = static_cast<int>(images.width);
    const int channels = static_cast<int>(images.channels);
#pragma unroll
    for (int row = 0; row < winograd_outputs; ++row) {
        if (tile.top + row >= height) break;
        float* line = y + (tile.sample * height + tile.top + row) * width * channels + tile.channel;
#pragma unroll
        for (int column = 0; column < winograd_outputs; ++column) {
            if (tile.left + column < width) line[(tile.left + column) * channels] = square[row][column];
        }
    }
}

/// A thread has one pair of channels; `inner` is the one whose weights are neighbours in the result.
__global__ void __launch_bounds__(threads)
    weights_kernel(std::int64_t out, std::int64_t in, const float* w, bool rotated, float* transformed) {
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (at >= out * in) return;
    const std::int64_t inner = rotated ? out : in;
    const std::int64_t o = rotated ? at % inner : at / inner, i = rotated ? at / inner : at % inner;
    float square[3][3], points[winograd_inputs][winograd_inputs];
#pragma unroll
    for (int k = 0; k < 9; ++k) square[k / 3][k % 3] = w[(o * 9 + (rotated ? 8 - k : k)) * in + i];
    transform_square(square, points, [](const float(&in_line)[3], float(&out_line)[6]) {
        kernels::winograd_weights(in_line, out_line);
    });
#pragma unroll
    for (int p = 0; p < winograd_points; ++p) {
        transformed[p * out * in + at] = points[p / winograd_inputs][p % winograd_inputs];
    }
}

__global__ void __launch_bounds__(threads)
    weights_adjoint_kernel(std::int64_t out, std::int64_t in, int parts, const float* transformed,
                           float* dw) {
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (at >= out * in) return;
    float points[winograd_inputs][winograd_inputs], square[3][3];
#pragma unroll
    for (int p = 0; p < winograd_points; ++p) {
        points[p / winograd_inputs][p % winograd_inputs] = transformed[p * parts * out * in + at];
    }
    for (int part = 1; part < parts; ++part) {
#pragma unroll
        for (int p = 0; p < winograd_points; ++p) {
            points[p / winograd_inputs][p % winograd_inputs] +=
                transformed[(p * parts + part) * out * in + at];
        }
    }
    transform_square(points, square, [](const float(&in_line)[6], float(&out_line)[3]) {
        kernels::winograd_weights_adjoint(in_line, out_line);
    });
#pragma unroll
    for (int k = 0; k < 9; ++k) dw[(at / in * 9 + k) * in + at % in] = square[k / 3][k % 3];
}

LaunchShape tile_blocks(const char* name, const WinogradImages& images, const float* from, const float* to) {
    check_size(name, "samples", images.samples);
    check_size(name, "height", images.height, 1, 1 << 15);
    check_size(name, "width", images.width, 1, 1 << 15);
    check_size(name, "channels", images.channels);
    check_size(name, "tiles * channels", images.tiles() * images.channels, 1, most_index);
    check_size(name, "width * channels", images.width * images.channels, 1, most_index);
    check_pointer(name, "input", from);
    check_pointer(name, "output", to);
    return {dim3(blocks_for(images.tiles() * images.channels, threads)), dim3(threads)};
}

LaunchShape pair_blocks(const char* name, std::int64_t out, std::int64_t in, const float* from,
                        const float* to) {
    check_size(name, "out", out, 1, most_index);
    check_size(name, "in", in, 1, most_index);
    check_size(name, "out * in", out * in, 1, std::int64_t(most_index) * threads);
    check_pointer(name, "input", from);
    check_pointer(name, "output", to);
    return {dim3(blocks_for(out * in, threads)), dim3(threads)};
}

}  // namespace

void winograd_input(const WinogradImages& images, const float* x, float* transformed, Stream stream) {
    ARCMETER_LAUNCH((to_points_kernel<winograd_inputs>),
                    tile_blocks("winograd_input", images, x, transformed), stream, images, x, transformed);
}

void winograd_output(const WinogradImages& images, const float* transformed, float* y, Stream stream) {
    ARCMETER_LAUNCH(output_kernel, tile_blocks("winograd_output", images, transformed, y), stream, images,
                    transformed, y);
}

void winograd_output_adjoint(const WinogradImages& images, const float* dy, float* transformed,
                             Stream stream) {
    ARCMETER_LAUNCH((to_points_kernel<winograd_outputs>),
                    tile_blocks("winograd_output_adjoint", images, dy, transformed), stream, images, dy,
                    transformed);
}

void winograd_weights(std::int64_t out, std::int64_t in, const float* w, bool rotated, float* transformed,
                      Stream stream) {
    ARCMETER_LAUNCH(weights_kernel, pair_blocks("winograd_weights", out, in, w, transformed), stream, out, in,
                    w, rotated, transformed);
}

void winograd_weights_adjoint(std::int64_t out, std::int64_t in, std::int64_t parts, const float* transformed,
                              float* dw, Stream stream) {
    check_size("winograd_weights_adjoint", "parts", parts, 1, 1 << 15);
    ARCMETER_LAUNCH(weights_adjoint_kernel, pair_blocks("winograd_weights_adjoint", out, in, transformed, dw),
                    stream, out, in, static_cast<int>(parts), transformed, dw);
}

}  // namespace arcmeter::kernels::cuda

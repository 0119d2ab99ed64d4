// SPDX-License-Identifier: Apache-2.0
// Weight gradient of 3x3, pad 1, stride 1 or 2. A thread owns four channels of a strip of neighbouring pixels
// and walks down the lines of a sample with it: of the three lines of x that an output line needs, it has
// kept those that the last one needed too.
#include "kernels/cuda/check.h"
#include "kernels/cuda/depthwise3.h"
#include "kernels/cuda/reduction.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr std::int64_t most_index = 0x7fffffff;

constexpr int width_of_thread = 4;  ///< channels: nine sums of each are kept

/// Output pixels of a strip: as many as leave registers for three lines of their inputs.
template <class E, int Stride>
constexpr int strip_of = Stride == 1 && sizeof(E) == 2 ? 4 : 2;

/// How the output is cut into walks, one behind the other along a line, then down a sample.
struct Walks {
    int lines;     ///< of a walk; the last of a sample may have fewer
    int strips;    ///< of a line
    int a_sample;  ///< walks
    int count;     ///< of all
};

/// Walks so long that few lines are read twice, and so many that the last round of threads is nearly full.
Walks walks_of(const DepthwiseShape& shape, int strip) {
    constexpr std::int64_t lines_to_begin = 2,
                           threads_of_block = map_threads / (tile_channels / width_of_thread);
    const std::int64_t threads = depthwise_groups(shape) * threads_of_block;
    const std::int64_t strips = (shape.out_width() + strip - 1) / strip;
    Walks best{};
    std::int64_t least = 0;
    for (std::int64_t parts = 1; parts <= shape.out_height(); ++parts) {
        const std::int64_t lines = (shape.out_height() + parts - 1) / parts;
        const std::int64_t segments = (shape.out_height() + lines - 1) / lines;
        const std::int64_t count = shape.batch * strips * segments;
        const std::int64_t time = (count + threads - 1) / threads * (lines + lines_to_begin);
        if (best.count != 0 && time >= least) continue;
        least = time;
        best = {static_cast<int>(lines), static_cast<int>(strips), static_cast<int>(strips * segments),
                static_cast<int>(count)};
    }
    return best;
}

/// The lines of x that one output line needs, and its gradients.
template <class E, int Stride>
struct Window {
    static constexpr int strip = strip_of<E, Stride>, columns = (strip - 1) * Stride + 3, v = width_of_thread;

    Words<E, v> x[3][columns];
    Words<E, v> dy[strip];

    /// sums[ky][kx] += dy x, of the partner of each channel in plane 1.
    template <int Plane>
    __device__ void accumulate(Floats<v> (&sums)[9]) const {
        Floats<v> gradients[strip];
#pragma unroll
        for (int o = 0; o < strip; ++o) gradients[o] = dy[o].values();
#pragma unroll
        for (int ky = 0; ky < 3; ++ky) {
#pragma unroll
            for (int j = 0; j < columns; ++j) {
                const Floats<v> values = x[ky][j].values();
#pragma unroll
                for (int o = 0; o < strip; ++o) {
                    const int kx = j - o * Stride;
                    if (kx < 0 || kx > 2) continue;
#pragma unroll
                    for (int i = 0; i < v; ++i) sums[ky * 3 + kx][i] += gradients[o][i] * values[i ^ Plane];
                }
            }
        }
    }

    /// Keeps the lines that the next output line needs too.
    __device__ void move_down() {
#pragma unroll
        for (int j = 0; j < columns; ++j) {
            if constexpr (Stride == 1) {
                x[0][j] = x[1][j];
                x[1][j] = x[2][j];
            } else {
                x[0][j] = x[2][j];
            }
        }
    }
};

/// A block sums its group of walks; plane 1 multiplies each channel's partner.
template <class E, int Stride, int Plane>
__global__ void __launch_bounds__(map_threads, 2)
    weight_gradient_kernel(DepthwiseShape shape, Walks walks, const E* x, const E* dy, float* partials) {
    using Lines = Window<E, Stride>;
    constexpr int v = width_of_thread, strip = Lines::strip, kept = 3 - Stride;
    __shared__ ReductionMemory<9, map_threads> memory;
    __shared__ float result[9][tile_width];
    const int height = static_cast<int>(shape.out_height()), width = static_cast<int>(shape.out_width());
    const int in_height = static_cast<int>(shape.in_height), in_width = static_cast<int>(shape.in_width);
    const int channels = static_cast<int>(shape.channels);
    const TilePlace<v, map_threads> place(walks.count, shape.channels);
    Floats<v> sums[9];
#pragma unroll
    for (int k = 0; k < 9; ++k) sums[k] = splat<v>(0);
    const int end = place.active ? static_cast<int>(place.end) : 0;
    for (int walk = static_cast<int>(place.begin) + place.row_lane; walk < end; walk += place.row_lanes) {
        const int sample = walk / walks.a_sample, of_sample = walk % walks.a_sample;
        const int first = of_sample / walks.strips * walks.lines, left = of_sample % walks.strips * strip;
        const int last = first + walks.lines < height ? first + walks.lines : height;
        const E* const image =
            x + static_cast<std::int64_t>(sample) * in_height * in_width * channels + place.channel;
        const E* const gradients =
            dy + static_cast<std::int64_t>(sample) * height * width * channels + place.channel;
        Lines lines;
        const auto load_x = [&](int row, int ky) {
            const bool exists = static_cast<unsigned>(row) < static_cast<unsigned>(in_height);
            load_pixels(exists ? image + row * in_width * channels : nullptr, left * Stride - 1, in_width,
                        channels, lines.x[ky]);
        };
        const auto load_dy = [&](int row, auto& packs) {
            load_pixels(gradients + row * width * channels, left, width, channels, packs);
        };
#pragma unroll
        for (int ky = 0; ky < kept; ++ky) load_x(first * Stride - 1 + ky, ky);
        load_dy(first, lines.dy);
        for (int row = first; row < last; ++row) {
            // Under way while the lines above are multiplied.
#pragma unroll
            for (int ky = kept; ky < 3; ++ky) load_x(row * Stride - 1 + ky, ky);
            Words<E, v> next[strip];
            load_dy(row + 1 < last ? row + 1 : row, next);
            lines.template accumulate<Plane>(sums);
            lines.move_down();
#pragma unroll
            for (int o = 0; o < strip; ++o) lines.dy[o] = next[o];
        }
    }
    reduce_rows(place, sums, memory, result);
    float* partial = partials + place.group * shape.weights() + Plane * 9 * shape.channels;
    for (int at = static_cast<int>(threadIdx.x); at < 9 * tile_width; at += map_threads) {
        const std::int64_t channel = place.tile * tile_channels + at % tile_width;
        if (channel < shape.channels) {
            partial[at / tile_width * shape.channels + channel] = result[at / tile_width][at % tile_width];
        }
    }
}

constexpr int sum_parts = 8;

/// weight_gradient = the groups' partial sums, a few groups a thread and then those in order.
__global__ void __launch_bounds__(warp_size* sum_parts)
    sum_groups_kernel(std::int64_t weights, std::int64_t groups, const float* partials,
                      float* weight_gradient) {
    __shared__ float parts[sum_parts][warp_size];
    const int lane = static_cast<int>(threadIdx.x) % warp_size;
    const int part = static_cast<int>(threadIdx.x) / warp_size;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * warp_size + lane;
    float sum = 0;
    if (at < weights) {
#pragma unroll 8
        for (std::int64_t group = part; group < groups; group += sum_parts)
            sum += partials[group * weights + at];
    }
    parts[part][lane] = sum;
    __syncthreads();
    if (part != 0 || at >= weights) return;
    for (int p = 1; p < sum_parts; ++p) sum += parts[p][lane];
    weight_gradient[at] = sum;
}

}  // namespace

void depthwise3_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                                float* weight_gradient, float* workspace, Stream stream) {
    constexpr const char* name = "depthwise_weight_gradient";
    check_size(name, "elements of a sample", shape.input().elements() / shape.batch, 1, most_index);
    check_size(name, "output pixels", shape.batch * shape.out_height() * shape.out_width(), 1, most_index);
    const std::int64_t groups = depthwise_groups(shape);
    const LaunchShape grid{
        dim3(static_cast<unsigned>(groups), static_cast<unsigned>(channel_tiles(shape.channels))),
        dim3(map_threads)};
    with_variant(shape, type, [&](auto element, auto stride, auto planes) {
        using E = decltype(element);
        const auto launch = [&](auto plane) {
            ARCMETER_LAUNCH((weight_gradient_kernel<E, stride.value, plane.value>), grid, stream, shape,
                            walks_of(shape, strip_of<E, stride.value>), static_cast<const E*>(x),
                            static_cast<const E*>(dy), workspace);
        };
        launch(Width<0>{});
        if constexpr (planes.value == 2) launch(Width<1>{});
    });
    ARCMETER_LAUNCH(sum_groups_kernel,
                    LaunchShape{dim3(blocks_for(shape.weights(), warp_size)), dim3(warp_size * sum_parts)},
                    stream, shape.weights(), groups, static_cast<const float*>(workspace), weight_gradient);
}

}  // namespace arcmeter::kernels::cuda

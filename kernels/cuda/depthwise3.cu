// SPDX-License-Identifier: Apache-2.0
// Forward and data gradient of 3x3, pad 1, stride 1 or 2. A thread owns V channels of a strip of neighbouring
// pixels of one line, so that a value is loaded and converted once for all of the strip's pixels that need
// it, and the taps of one line of the kernel at a time are in registers.
#include "kernels/cuda/check.h"
#include "kernels/cuda/depthwise3.h"
#include "kernels/cuda/launch.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 128;
constexpr int strip = 4;

/// The strip of one thread: packs of channels are neighbours, then strips of a line, then lines. Indices have
/// 32 bits, for their divisions are a good part of the work.
struct Strip {
    int channel;
    int x;  ///< first pixel
    int y;
    int sample;
    bool exists;

    __device__ Strip(const DepthwiseShape& shape, int height, int width, int channels_each) {
        const auto packs = static_cast<unsigned>(shape.channels) / static_cast<unsigned>(channels_each);
        const auto strips = static_cast<unsigned>(width + strip - 1) / strip;
        const unsigned at = blockIdx.x * threads + threadIdx.x;
        const unsigned in_line = at / packs;
        const unsigned line = in_line / strips;
        channel = static_cast<int>(at % packs) * channels_each;
        x = static_cast<int>(in_line % strips) * strip;
        y = static_cast<int>(line % static_cast<unsigned>(height));
        sample = static_cast<int>(line / static_cast<unsigned>(height));
        exists = sample < shape.batch;
    }
};

LaunchShape strip_shape(const char* name, const DepthwiseShape& shape, std::int64_t height,
                        std::int64_t width, int channels_each) {
    const std::int64_t count =
        shape.batch * height * ((width + strip - 1) / strip) * (shape.channels / channels_each);
    check_size(name, "strips", count, 1, 0x7fffffff);
    return {dim3(blocks_for(count, threads)), dim3(threads)};
}

/// Taps of one line of the kernel; of plane 1 too where channels come in pairs.
template <int V, int Planes>
struct LineTaps {
    Floats<V> tap[Planes][3];

    __device__ LineTaps(const DepthwiseShape& shape, const float* weight, int ky, int channel) {
#pragma unroll
        for (int g = 0; g < Planes; ++g) {
#pragma unroll
            for (int kx = 0; kx < 3; ++kx)
                tap[g][kx] = load_floats<V>(weight + (g * 9 + ky * 3 + kx) * shape.channels + channel);
        }
    }
};

/// use(line of the kernel, its columns) for each of the kernel's lines, which begin(ky) finds in the image:
/// null where it has none.
template <int Count, class E, int V, class Begin, class Use>
__device__ void for_lines(int first, int width, int channels, Begin begin, Use use) {
#pragma unroll
    for (int ky = 0; ky < 3; ++ky) {
        Words<E, V> columns[Count];
        load_pixels(begin(ky), first, width, channels, columns);
        use(ky, columns);
    }
}

template <class E, int V, int Stride, int Planes>
__global__ void __launch_bounds__(threads)
    forward_kernel(DepthwiseShape shape, const E* x, const float* weight, E* y) {
    const int height = static_cast<int>(shape.out_height());
    const int width = static_cast<int>(shape.out_width());
    const int channels = static_cast<int>(shape.channels);
    const Strip at(shape, height, width, V);
    if (!at.exists) return;
    Floats<V> sums[strip] = {splat<V>(0), splat<V>(0), splat<V>(0), splat<V>(0)};
    constexpr int columns_count = (strip - 1) * Stride + 3;
    const auto line_of = [&](int ky) -> const E* {
        const int row = at.y * Stride + ky - 1;
        if (row < 0 || row >= shape.in_height) return nullptr;
        return x + (at.sample * shape.in_height + row) * shape.in_width * shape.channels + at.channel;
    };
    const auto accumulate = [&](int ky, const Words<E, V>(&columns)[columns_count]) {
        const LineTaps<V, Planes> taps(shape, weight, ky, at.channel);
#pragma unroll
        for (int j = 0; j < columns_count; ++j) {
            const Floats<V> values = columns[j].values();
#pragma unroll
            for (int o = 0; o < strip; ++o) {
                const int kx = j - Stride * o;
                if (kx < 0 || kx > 2) continue;
#pragma unroll
                for (int i = 0; i < V; ++i) {
                    sums[o][i] += taps.tap[0][kx][i] * values[i];
                    if constexpr (Planes == 2) sums[o][i] += taps.tap[1][kx][i] * values[i ^ 1];
                }
            }
        }
    };
    for_lines<columns_count, E, V>(at.x * Stride - 1, static_cast<int>(shape.in_width), channels, line_of,
                                   accumulate);
    const std::int64_t out_line = static_cast<std::int64_t>(at.sample) * height + at.y;
    store_pixels(y + out_line * width * channels + at.channel, at.x, width, channels, sums);
}

/// dx at (y, x) gathers dy at ((y + 1 - ky) / stride, (x + 1 - kx) / stride) where those are whole numbers.
template <class E, int V, int Stride, int Planes>
__global__ void __launch_bounds__(threads)
    data_gradient_kernel(DepthwiseShape shape, const E* dy, const float* weight, E* dx) {
    const int out_height = static_cast<int>(shape.out_height());
    const int out_width = static_cast<int>(shape.out_width());
    const int in_height = static_cast<int>(shape.in_height), in_width = static_cast<int>(shape.in_width);
    const int channels = static_cast<int>(shape.channels);
    const Strip at(shape, in_height, in_width, V);
    if (!at.exists) return;
    Floats<V> sums[strip] = {splat<V>(0), splat<V>(0), splat<V>(0), splat<V>(0)};
    // Column j of the window is dy column first + j. It reaches pixel p of the strip through
    // kx = x + p + 1 - stride (first + j), which is p + lead - stride j.
    constexpr int columns_count = Stride == 1 ? strip + 2 : strip / 2 + 1;
    constexpr int lead = Stride == 1 ? 2 : 1;
    const auto line_of = [&](int ky) -> const E* {
        const int numerator = at.y + 1 - ky;
        const int row = numerator / Stride;
        if (numerator < 0 || numerator % Stride != 0 || row >= out_height) return nullptr;
        return dy + (at.sample * out_height + row) * out_width * shape.channels + at.channel;
    };
    const auto accumulate = [&](int ky, const Words<E, V>(&columns)[columns_count]) {
        const LineTaps<V, Planes> taps(shape, weight, ky, at.channel);
#pragma unroll
        for (int j = 0; j < columns_count; ++j) {
            const Floats<V> values = columns[j].values();
#pragma unroll
            for (int p = 0; p < strip; ++p) {
                const int kx = p + lead - Stride * j;
                if (kx < 0 || kx > 2) continue;
#pragma unroll
                for (int i = 0; i < V; ++i) {
                    sums[p][i] += taps.tap[0][kx][i] * values[i];
                    if constexpr (Planes == 2) sums[p][i ^ 1] += taps.tap[1][kx][i] * values[i];
                }
            }
        }
    };
    for_lines<columns_count, E, V>(Stride == 1 ? at.x - 1 : at.x / 2, out_width, channels, line_of,
                                   accumulate);
    const std::int64_t in_line = static_cast<std::int64_t>(at.sample) * in_height + at.y;
    store_pixels(dx + in_line * in_width * channels + at.channel, at.x, in_width, channels, sums);
}

}  // namespace

void depthwise3_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                        void* y, Stream stream) {
    with_variant(shape, type, [&](auto element, auto stride, auto planes) {
        using E = decltype(element);
        constexpr int v = full_width<E>;
        ARCMETER_LAUNCH((forward_kernel<E, v, stride.value, planes.value>),
                        strip_shape("depthwise_forward", shape, shape.out_height(), shape.out_width(), v),
                        stream, shape, static_cast<const E*>(x), weight, static_cast<E*>(y));
    });
}

void depthwise3_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                              const float* weight, void* dx, Stream stream) {
    with_variant(shape, type, [&](auto element, auto stride, auto planes) {
        using E = decltype(element);
        constexpr int v = full_width<E>;
        ARCMETER_LAUNCH((data_gradient_kernel<E, v, stride.value, planes.value>),
                        strip_shape("depthwise_data_gradient", shape, shape.in_height, shape.in_width, v),
                        stream, shape, static_cast<const E*>(dy), weight, static_cast<E*>(dx));
    });
}

}  // namespace arcmeter::kernels::cuda

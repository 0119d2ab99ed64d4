// SPDX-License-Identifier: Apache-2.0
// The kernel covers the whole image: one output pixel a sample.
#include "kernels/cuda/depthwise_kernels.h"
#include "kernels/cuda/reduction.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;

/// Taps of V channels at a pixel.
template <int V>
__device__ Floats<V> taps_at(const DepthwiseShape& shape, const float* weight, int plane, std::int64_t pixel,
                             std::int64_t channel) {
    const std::int64_t area = shape.kernel * shape.kernel;
    return load_parameter<V>(weight, (plane * area + pixel) * shape.channels + channel, 0);
}

/// A block takes a sample (its pixels are the rows of the tile) and a tile of channels.
template <class E, int V, int Planes>
__global__ void __launch_bounds__(map_threads)
    forward_kernel(DepthwiseShape shape, const E* x, const float* weight, E* y) {
    __shared__ ReductionMemory<1, map_threads> memory;
    __shared__ float result[1][tile_width];
    const std::int64_t area = shape.kernel * shape.kernel;
    const TilePlace<V, map_threads> place(shape.batch * area, shape.channels);
    Floats<V> sums[1] = {splat<V>(0)};
    place.for_rows([&](auto count, std::int64_t row) {
        Pack<E, V> packs[count.value];
        place.load_rows(x, row, shape.channels, packs);
#pragma unroll
        for (int u = 0; u < count.value; ++u) {
            const std::int64_t pixel = row + u * TilePlace<V, map_threads>::row_lanes - place.begin;
            const Floats<V> values = widen(packs[u]);
            const Floats<V> own = taps_at<V>(shape, weight, 0, pixel, place.channel);
#pragma unroll
            for (int i = 0; i < V; ++i) sums[0][i] += own[i] * values[i];
            if constexpr (Planes == 2) {
                const Floats<V> partner = taps_at<V>(shape, weight, 1, pixel, place.channel);
#pragma unroll
                for (int i = 0; i < V; ++i) sums[0][i] += partner[i] * values[i ^ 1];
            }
        }
    });
    reduce_rows(place, sums, memory, result);
    const std::int64_t channel = place.tile * tile_channels + threadIdx.x;
    if (threadIdx.x < tile_width && channel < shape.channels) {
        y[place.group * shape.channels + channel] = from_float<E>(result[0][threadIdx.x]);
    }
}

/// A thread takes V channels of a pixel.
template <class E, int V, int Planes>
__global__ void __launch_bounds__(threads)
    data_gradient_kernel(DepthwiseShape shape, const E* dy, const float* weight, E* dx) {
    const std::int64_t area = shape.kernel * shape.kernel;
    const std::int64_t packs = shape.channels / V;
    const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (at >= shape.batch * area * packs) return;
    const std::int64_t channel = at % packs * V;
    const std::int64_t row = at / packs;
    const Floats<V> gradient = widen(load<V>(dy + row / area * shape.channels + channel));
    const Floats<V> own = taps_at<V>(shape, weight, 0, row % area, channel);
    Floats<V> out;
#pragma unroll
    for (int i = 0; i < V; ++i) out[i] = own[i] * gradient[i];
    if constexpr (Planes == 2) {
        const Floats<V> partner = taps_at<V>(shape, weight, 1, row % area, channel);
#pragma unroll
        for (int i = 0; i < V; ++i) out[i ^ 1] += partner[i] * gradient[i];
    }
    store(dx + row * shape.channels + channel, narrow<E>(out));
}

/// A block takes a pixel and a tile of channels, its rows of threads the samples.
template <class E, int V, int Plane>
__global__ void __launch_bounds__(map_threads)
    weight_gradient_kernel(DepthwiseShape shape, const E* x, const E* dy, float* weight_gradient) {
    __shared__ ReductionMemory<1, map_threads> memory;
    __shared__ float result[1][tile_width];
    const std::int64_t area = shape.kernel * shape.kernel;
    const TilePlace<V, map_threads> place(area, shape.channels);
    const std::int64_t pixel = place.group;
    Floats<V> sums[1] = {splat<V>(0)};
    if (place.active) {
#pragma unroll 4
        for (std::int64_t sample = place.row_lane; sample < shape.batch;
             sample += TilePlace<V, map_threads>::row_lanes) {
            const Floats<V> values =
                widen(load<V>(x + (sample * area + pixel) * shape.channels + place.channel));
            const Floats<V> gradient = widen(load<V>(dy + sample * shape.channels + place.channel));
#pragma unroll
            for (int i = 0; i < V; ++i) sums[0][i] += gradient[i] * values[i ^ Plane];
        }
    }
    reduce_rows(place, sums, memory, result);
    const std::int64_t channel = place.tile * tile_channels + threadIdx.x;
    if (threadIdx.x < tile_width && channel < shape.channels) {
        weight_gradient[(Plane * area + pixel) * shape.channels + channel] = result[0][threadIdx.x];
    }
}

/// body(element, Width<V>, Width<planes>).
template <class Body>
void with_variant(const DepthwiseShape& shape, ElementType type, Body body) {
    with_element(type, [&](auto element) {
        constexpr int v = full_width<decltype(element)>;
        if (shape.channels_per_group == 2) {
            body(element, Width<v>{}, Width<2>{});
        } else {
            body(element, Width<v>{}, Width<1>{});
        }
    });
}

LaunchShape tiles_of(const DepthwiseShape& shape, std::int64_t groups) {
    return {dim3(static_cast<unsigned>(groups), static_cast<unsigned>(channel_tiles(shape.channels))),
            dim3(map_threads)};
}

}  // namespace

void depthwise_global_forward(const DepthwiseShape& shape, ElementType type, const void* x,
                              const float* weight, void* y, Stream stream) {
    with_variant(shape, type, [&](auto element, auto width, auto planes) {
        using E = decltype(element);
        ARCMETER_LAUNCH((forward_kernel<E, width.value, planes.value>), tiles_of(shape, shape.batch), stream,
                        shape, static_cast<const E*>(x), weight, static_cast<E*>(y));
    });
}

void depthwise_global_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                                    const float* weight, void* dx, Stream stream) {
    with_variant(shape, type, [&](auto element, auto width, auto planes) {
        using E = decltype(element);
        const std::int64_t count = shape.input().elements() / width.value;
        ARCMETER_LAUNCH((data_gradient_kernel<E, width.value, planes.value>),
                        LaunchShape{dim3(blocks_for(count, threads)), dim3(threads)}, stream, shape,
                        static_cast<const E*>(dy), weight, static_cast<E*>(dx));
    });
}

void depthwise_global_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x,
                                      const void* dy, float* weight_gradient, Stream stream) {
    const LaunchShape grid = tiles_of(shape, shape.kernel * shape.kernel);
    with_variant(shape, type, [&](auto element, auto width, auto planes) {
        using E = decltype(element);
        const E* input = static_cast<const E*>(x);
        const E* gradient = static_cast<const E*>(dy);
        ARCMETER_LAUNCH((weight_gradient_kernel<E, width.value, 0>), grid, stream, shape, input, gradient,
                        weight_gradient);
        if constexpr (planes.value == 2) {
            ARCMETER_LAUNCH((weight_gradient_kernel<E, width.value, 1>), grid, stream, shape, input, gradient,
                            weight_gradient);
        }
    });
}

}  // namespace arcmeter::kernels::cuda

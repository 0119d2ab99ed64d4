// SPDX-License-Identifier: Apache-2.0
// Any kernel, stride, padding, number of channels and alignment, an element a thread.
#include "kernels/cuda/check.h"
#include "kernels/cuda/depthwise_kernels.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;

struct Place {
    std::int64_t channel, x, y, sample;

    __device__ Place(std::int64_t at, std::int64_t channels, std::int64_t height, std::int64_t width)
        : channel(at % channels),
          x(at / channels % width),
          y(at / channels / width % height),
          sample(at / channels / width / height) {}
};

__device__ std::int64_t thread_index() {
    return static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
}

/// Element of an NHWC image; 0 beside it.
template <class E>
__device__ float pixel(const E* image, std::int64_t sample, std::int64_t y, std::int64_t x,
                       std::int64_t channel, std::int64_t height, std::int64_t width, std::int64_t channels) {
    if (y < 0 || y >= height || x < 0 || x >= width) return 0;
    return to_float(image[((sample * height + y) * width + x) * channels + channel]);
}

template <class E>
__global__ void __launch_bounds__(threads)
    forward_kernel(DepthwiseShape s, const E* x, const float* weight, E* y) {
    const std::int64_t at = thread_index();
    if (at >= s.output().elements()) return;
    const Place place(at, s.channels, s.out_height(), s.out_width());
    const std::int64_t area = s.kernel * s.kernel;
    float sum = 0;
    for (std::int64_t k = 0; k < area; ++k) {
        const std::int64_t in_y = place.y * s.stride + k / s.kernel - s.pad;
        const std::int64_t in_x = place.x * s.stride + k % s.kernel - s.pad;
        for (std::int64_t g = 0; g < s.channels_per_group; ++g) {
            sum += weight[(g * area + k) * s.channels + place.channel] *
                   pixel(x, place.sample, in_y, in_x, place.channel ^ g, s.in_height, s.in_width, s.channels);
        }
    }
    y[at] = from_float<E>(sum);
}

template <class E>
__global__ void __launch_bounds__(threads)
    data_gradient_kernel(DepthwiseShape s, const E* dy, const float* weight, E* dx) {
    const std::int64_t at = thread_index();
    if (at >= s.input().elements()) return;
    const Place place(at, s.channels, s.in_height, s.in_width);
    const std::int64_t area = s.kernel * s.kernel;
    float sum = 0;
    for (std::int64_t k = 0; k < area; ++k) {
        const std::int64_t y = place.y + s.pad - k / s.kernel;
        const std::int64_t x = place.x + s.pad - k % s.kernel;
        if (y < 0 || x < 0 || y % s.stride != 0 || x % s.stride != 0) continue;
        for (std::int64_t g = 0; g < s.channels_per_group; ++g) {
            const std::int64_t out_channel = place.channel ^ g;
            sum += weight[(g * area + k) * s.channels + out_channel] *
                   pixel(dy, place.sample, y / s.stride, x / s.stride, out_channel, s.out_height(),
                         s.out_width(), s.channels);
        }
    }
    dx[at] = from_float<E>(sum);
}

template <class E>
__global__ void __launch_bounds__(threads)
    weight_gradient_kernel(DepthwiseShape s, const E* x, const E* dy, float* weight_gradient) {
    const std::int64_t at = thread_index();
    if (at >= s.weights()) return;
    const std::int64_t area = s.kernel * s.kernel;
    const std::int64_t channel = at % s.channels;
    const std::int64_t k = at / s.channels % area;
    const std::int64_t g = at / s.channels / area;
    float sum = 0;
    for (std::int64_t row = 0; row < s.output().rows(); ++row) {
        const Place place(row, 1, s.out_height(), s.out_width());
        sum += to_float(dy[row * s.channels + channel]) *
               pixel(x, place.sample, place.y * s.stride + k / s.kernel - s.pad,
                     place.x * s.stride + k % s.kernel - s.pad, channel ^ g, s.in_height, s.in_width,
                     s.channels);
    }
    weight_gradient[at] = sum;
}

LaunchShape line_shape(std::int64_t count) {
    return {dim3(blocks_for(count, threads)), dim3(threads)};
}

}  // namespace

void depthwise_plain_forward(const DepthwiseShape& shape, ElementType type, const void* x,
                             const float* weight, void* y, Stream stream) {
    with_element(type, [&](auto element) {
        using E = decltype(element);
        ARCMETER_LAUNCH(forward_kernel<E>, line_shape(shape.output().elements()), stream, shape,
                        static_cast<const E*>(x), weight, static_cast<E*>(y));
    });
}

void depthwise_plain_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                                   const float* weight, void* dx, Stream stream) {
    with_element(type, [&](auto element) {
        using E = decltype(element);
        ARCMETER_LAUNCH(data_gradient_kernel<E>, line_shape(shape.input().elements()), stream, shape,
                        static_cast<const E*>(dy), weight, static_cast<E*>(dx));
    });
}

void depthwise_plain_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x,
                                     const void* dy, float* weight_gradient, Stream stream) {
    with_element(type, [&](auto element) {
        using E = decltype(element);
        ARCMETER_LAUNCH(weight_gradient_kernel<E>, line_shape(shape.weights()), stream, shape,
                        static_cast<const E*>(x), static_cast<const E*>(dy), weight_gradient);
    });
}

}  // namespace arcmeter::kernels::cuda

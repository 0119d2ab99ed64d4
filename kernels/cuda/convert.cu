// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/convert.h"

#include "kernels/cuda/elementwise.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;

template <class X, class Y>
struct Convert {
    const X* x;
    Y* y;

    template <int V, int Count>
    __device__ void run(std::int64_t first, std::int64_t stride) const {
        Pack<X, V> packs[Count];
        load_line(x, first, stride, packs);
#pragma unroll
        for (int u = 0; u < Count; ++u) store(y + first + u * stride, narrow<Y>(widen(packs[u])));
    }
};

// A thread takes a pixel: neighbours read or write neighbouring values of each plane.

template <class Y>
__global__ void __launch_bounds__(threads) to_nhwc_kernel(ReorderArgs args, const float* x, Y* y) {
    const std::int64_t pixel = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (pixel >= args.batch * args.spatial) return;
    const std::int64_t sample = pixel / args.spatial;
    const float* from = x + sample * args.channels * args.spatial + pixel % args.spatial;
    Y* to = y + pixel * args.nhwc_channels;
    for (std::int64_t c = 0; c < args.nhwc_channels; ++c) {
        to[c] = from_float<Y>(c < args.channels ? from[c * args.spatial] : 0.0f);
    }
}

template <class X>
__global__ void __launch_bounds__(threads) to_nchw_kernel(ReorderArgs args, const X* x, float* y) {
    const std::int64_t pixel = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (pixel >= args.batch * args.spatial) return;
    const std::int64_t sample = pixel / args.spatial;
    const X* from = x + pixel * args.nhwc_channels;
    float* to = y + sample * args.channels * args.spatial + pixel % args.spatial;
    for (std::int64_t c = 0; c < args.channels; ++c) to[c * args.spatial] = to_float(from[c]);
}

LaunchShape pixel_shape(const ReorderArgs& args) {
    return {dim3(blocks_for(args.batch * args.spatial, threads)), dim3(threads)};
}

void check_reorder(const char* name, const ReorderArgs& args, const void* x, std::size_t x_alignment,
                   const void* y, std::size_t y_alignment) {
    check_size(name, "batch", args.batch);
    check_size(name, "channels", args.channels);
    check_size(name, "spatial", args.spatial);
    check_size(name, "nhwc_channels", args.nhwc_channels, args.channels);
    check_pointer(name, "x", x, x_alignment);
    check_pointer(name, "y", y, y_alignment);
}

}  // namespace

void convert(std::int64_t count, ElementType x_type, const void* x, ElementType y_type, void* y,
             Stream stream) {
    check_size("convert", "count", count);
    check_pointer("convert", "x", x, size_of(x_type));
    check_pointer("convert", "y", y, size_of(y_type));
    with_element(x_type, [&](auto x_element) {
        with_element(y_type, [&](auto y_element) {
            using X = decltype(x_element);
            using Y = decltype(y_element);
            const Convert<X, Y> operation{static_cast<const X*>(x), static_cast<Y*>(y)};
            if (aligned_to_16(x, y)) {
                launch_line<4>(count, stream, operation);
            } else {
                launch_line<1>(count, stream, operation);
            }
        });
    });
}

void nchw_to_nhwc(const ReorderArgs& args, const float* x, ElementType y_type, void* y, Stream stream) {
    check_reorder("nchw_to_nhwc", args, x, sizeof(float), y, size_of(y_type));
    with_element(y_type, [&](auto element) {
        using E = decltype(element);
        ARCMETER_LAUNCH(to_nhwc_kernel<E>, pixel_shape(args), stream, args, x, static_cast<E*>(y));
    });
}

void nhwc_to_nchw(const ReorderArgs& args, ElementType x_type, const void* x, float* y, Stream stream) {
    check_reorder("nhwc_to_nchw", args, x, size_of(x_type), y, sizeof(float));
    with_element(x_type, [&](auto element) {
        using E = decltype(element);
        ARCMETER_LAUNCH(to_nchw_kernel<E>, pixel_shape(args), stream, args, static_cast<const E*>(x), y);
    });
}

}  // namespace arcmeter::kernels::cuda

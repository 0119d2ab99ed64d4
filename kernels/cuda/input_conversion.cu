// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/input_conversion.h"

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;

/// A thread writes one pixel, in accesses of V channels.
template <class E, int Channels, int V>
__global__ void __launch_bounds__(threads) conversion_kernel(InputConversionArgs args) {
    const std::int64_t pixel = static_cast<std::int64_t>(blockIdx.x) * threads + threadIdx.x;
    if (pixel >= args.batch * args.height * args.width) return;
    const std::int64_t line = pixel / args.width;
    const std::int64_t x = pixel % args.width;
    const bool mirrored = args.mirror != nullptr && args.mirror[line / args.height] != 0;
    const std::uint8_t* from = args.pixels + (line * args.width + (mirrored ? args.width - 1 - x : x)) * 3;
    E* to = static_cast<E*>(args.output) + pixel * Channels;
#pragma unroll
    for (int first = 0; first < Channels; first += V) {
        Floats<V> values = splat<V>(0);
#pragma unroll
        for (int i = 0; i < V; ++i) {
            if (first + i < 3) values[i] = (static_cast<float>(from[first + i]) - 127.5f) * args.scale;
        }
        store(to + first, narrow<E>(values));
    }
}

}  // namespace

void input_conversion(const InputConversionArgs& args, Stream stream) {
    constexpr const char* name = "input_conversion";
    check_size(name, "batch", args.batch);
    check_size(name, "height", args.height);
    check_size(name, "width", args.width);
    check_pointer(name, "pixels", args.pixels, 1);
    const std::size_t access = args.channels == 3 ? 1 : 4;
    check_pointer(name, "output", args.output, access * size_of(args.type));
    const LaunchShape shape{dim3(blocks_for(args.batch * args.height * args.width, threads)), dim3(threads)};
    with_element(args.type, [&](auto element) {
        using E = decltype(element);
        switch (args.channels) {
            case 3:
                ARCMETER_LAUNCH((conversion_kernel<E, 3, 1>), shape, stream, args);
                break;
            case 4:
                ARCMETER_LAUNCH((conversion_kernel<E, 4, 4>), shape, stream, args);
                break;
            case 8:
                ARCMETER_LAUNCH((conversion_kernel<E, 8, 4>), shape, stream, args);
                break;
            default:
                reject(name, "channels is " + std::to_string(args.channels) + ", not 3, 4 or 8");
        }
    });
}

}  // namespace arcmeter::kernels::cuda

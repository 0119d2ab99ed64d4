// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/dropout.h"

#include <cmath>

#include "kernels/cuda/elementwise.h"
#include "kernels/math/random.h"

namespace arcmeter::kernels::cuda {

namespace {

/// An element's random bits depend on its NCHW index, so each is drawn on its own: dropout sits behind the
/// last convolution only, where a draw costs less than the access.
template <class E>
struct Dropout {
    DropoutArgs args;
    std::uint32_t threshold;
    float keep_scale;

    __device__ float factor(std::uint32_t pixel, std::uint32_t channel) const {
        const auto spatial = static_cast<std::uint32_t>(args.spatial);
        const std::int64_t sample = args.first_sample + pixel / spatial;
        const std::int64_t index = (sample * args.channels + channel) * args.spatial + pixel % spatial;
        const std::uint32_t bits =
            random_bits(args.seed, args.state->scalars.step, static_cast<std::uint64_t>(index));
        return bits >= threshold ? keep_scale : 0.0f;
    }

    template <int V, int Count>
    __device__ void run(std::int64_t first, std::int64_t stride) const {
        const auto channels = static_cast<std::uint32_t>(args.channels);
        Pack<E, V> packs[Count];
        load_line(static_cast<const E*>(args.x), first, stride, packs);
#pragma unroll
        for (int u = 0; u < Count; ++u) {
            const auto at = static_cast<std::uint32_t>(first + u * stride);
            std::uint32_t pixel = at / channels;
            std::uint32_t channel = at % channels;
            Floats<V> values = widen(packs[u]);
#pragma unroll
            for (int i = 0; i < V; ++i) {
                values[i] *= factor(pixel, channel);
                if (++channel == channels) {
                    channel = 0;
                    ++pixel;
                }
            }
            store(static_cast<E*>(args.y) + first + u * stride, narrow<E>(values));
        }
    }
};

}  // namespace

void dropout(const DropoutArgs& args, Stream stream) {
    check_size("dropout", "batch", args.batch);
    check_size("dropout", "channels", args.channels);
    check_size("dropout", "spatial", args.spatial);
    check_pointer("dropout", "x", args.x, size_of(args.type));
    check_pointer("dropout", "y", args.y, size_of(args.type));
    check_pointer("dropout", "state", args.state, alignof(StepState));
    if (!(args.drop >= 0.0f && args.drop < 1.0f)) {
        reject("dropout", "drop is " + std::to_string(args.drop) + ", not at least 0 and below 1");
    }
    const double drop = args.drop;
    const auto threshold = static_cast<std::uint32_t>(std::ceil(drop * 4294967296.0));
    const auto keep_scale = static_cast<float>(1.0 / (1.0 - drop));
    const std::int64_t count = args.batch * args.channels * args.spatial;
    check_size("dropout", "batch * channels * spatial", count, 1, 0xffffffffLL);
    with_element_and_width(args.type, aligned_to_16(args.x, args.y), [&](auto element, auto width) {
        using E = decltype(element);
        launch_line<width.value>(count, stream, Dropout<E>{args, threshold, keep_scale});
    });
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/channel_map.h"

#include "kernels/cuda/reduction.h"
#include "kernels/math/prelu.h"

namespace arcmeter::kernels::cuda {

namespace {

template <int V>
struct Parameters {
    Floats<V> a_scale;
    Floats<V> b_scale;
    Floats<V> shift;
    Floats<V> slope;

    __device__ Parameters(const ChannelMapArgs& args, std::int64_t channel)
        : a_scale(load_parameter<V>(args.a.scale, channel, 1)),
          b_scale(load_parameter<V>(args.b.scale, channel, 1)),
          shift(load_parameter<V>(args.a.shift, channel, 0)),
          slope(load_parameter<V>(args.slope, channel, 1)) {
        const Floats<V> b_shift = load_parameter<V>(args.b.shift, channel, 0);
#pragma unroll
        for (int i = 0; i < V; ++i) shift[i] += b_shift[i];
    }
};

template <class E, int V, bool HasB, bool HasSlope>
__device__ Floats<V> mapped(const Parameters<V>& p, const Words<E, V>& a, const Words<E, V>& b) {
    const Floats<V> left = a.values(), right = b.values();
    Floats<V> y;
#pragma unroll
    for (int i = 0; i < V; ++i) {
        float z = p.a_scale[i] * left[i] + p.shift[i];
        if constexpr (HasB) z += p.b_scale[i] * right[i];
        y[i] = HasSlope ? prelu(z, p.slope[i]) : z;
    }
    return y;
}

template <class E, int V, bool HasB, bool HasSlope>
__global__ void __launch_bounds__(map_threads) map_kernel(ChannelMapArgs args) {
    const TilePlace<V, map_threads> place(args.rows, args.channels);
    if (!place.active) return;
    const Parameters<V> p(args, place.channel);
    const E* const a = static_cast<const E*>(args.a.data);
    const E* const b = static_cast<const E*>(HasB ? args.b.data : args.a.data);
    E* const output = static_cast<E*>(args.output);
    place.for_rows([&](auto count, std::int64_t row) {
        Pack<E, V> left[count.value];
        Pack<E, V> right[count.value];
        place.load_rows(a, row, args.channels, left);
        if constexpr (HasB) place.load_rows(b, row, args.channels, right);
#pragma unroll
        for (int u = 0; u < count.value; ++u) {
            const Pack<E, V> y =
                narrow<E>(mapped<E, V, HasB, HasSlope>(p, words_of(left[u]), words_of(right[u])));
            store(output + (row + u * place.row_lanes) * args.channels + place.channel, y);
        }
    });
}

/// Operands of one round of a map that takes statistics.
template <class E, int V, bool HasB>
struct Round {
    static constexpr int count = HasB ? 2 : 4;
    Words<E, V> a[count];
    Words<E, V> b[HasB ? count : 1];
};

template <class E, int V, bool HasB, bool HasSlope>
__global__ void __launch_bounds__(reduction_threads, 1)
    map_with_statistics_kernel(ChannelMapArgs args, StatisticsLaunch launch) {
    const TilePlace<V, reduction_threads> place(args.rows, args.channels);
    const Parameters<V> p(args, place.active ? place.channel : 0);
    // Deviations are from the group's first output, unrounded: any value near the others will do. The barrier
    // keeps it from being overwritten in place before every thread has it.
    Floats<V> origin = splat<V>(0);
    if (place.active) {
        const std::int64_t first = place.begin * args.channels + place.channel;
        const E* b = static_cast<const E*>(HasB ? args.b.data : args.a.data);
        origin = mapped<E, V, HasB, HasSlope>(p, load_words<V>(static_cast<const E*>(args.a.data) + first),
                                              load_words<V>(b + first));
    }
    __syncthreads();
    Deviations<V> deviations(origin);
    const E* const a = static_cast<const E*>(args.a.data);
    const E* const b = static_cast<const E*>(HasB ? args.b.data : args.a.data);
    E* const output = static_cast<E*>(args.output);
    using Operands = Round<E, V, HasB>;
    place.template for_rounds<Operands>(
        [&](Operands& round, std::int64_t row, int valid) {
            place.load_round(a, row, args.channels, valid, round.a);
            if constexpr (HasB) place.load_round(b, row, args.channels, valid, round.b);
        },
        [&](const Operands& round, std::int64_t row, int valid) {
#pragma unroll
            for (int u = 0; u < round.count; ++u) {
                if (u >= valid) break;
                const Pack<E, V> y =
                    narrow<E>(mapped<E, V, HasB, HasSlope>(p, round.a[u], round.b[HasB ? u : 0]));
                store(output + (row + u * place.row_lanes) * args.channels + place.channel, y);
                const Floats<V> stored = widen(y);
#pragma unroll
                for (int i = 0; i < V; ++i) deviations.add(i, stored[i]);
            }
        });
    finish_statistics(place, deviations, args.rows, args.channels, launch);
}

template <class E, int V, bool HasB, bool HasSlope>
void launch_map(const ChannelMapArgs& args, const StatisticsLaunch& launch, Stream stream) {
    if (launch.output.mean != nullptr) {
        ARCMETER_LAUNCH((map_with_statistics_kernel<E, V, HasB, HasSlope>),
                        reduction_shape(args.rows, args.channels), stream, args, launch);
    } else {
        ARCMETER_LAUNCH((map_kernel<E, V, HasB, HasSlope>), map_shape<V>(args.rows, args.channels), stream,
                        args);
    }
}

}  // namespace

void channel_map(const ChannelMapArgs& args, Stream stream) {
    constexpr const char* name = "channel_map";
    check_tiles(name, args.rows, args.channels);
    check_pointer(name, "a.data", args.a.data, size_of(args.type));
    check_optional(name, "b.data", args.b.data, size_of(args.type));
    check_pointer(name, "output", args.output, size_of(args.type));
    const StatisticsLaunch launch = statistics_launch(name, args.statistics, args.finalize);
    const bool wide = wide_tiles(args.type, args.channels, args.a.data, args.b.data, args.output);
    with_element_and_width(args.type, wide, [&](auto element, auto width) {
        using E = decltype(element);
        constexpr int v = width.value;
        const bool has_b = args.b.data != nullptr, has_slope = args.slope != nullptr;
        if (has_b && has_slope) return launch_map<E, v, true, true>(args, launch, stream);
        if (has_b) return launch_map<E, v, true, false>(args, launch, stream);
        if (has_slope) return launch_map<E, v, false, true>(args, launch, stream);
        launch_map<E, v, false, false>(args, launch, stream);
    });
}

}  // namespace arcmeter::kernels::cuda

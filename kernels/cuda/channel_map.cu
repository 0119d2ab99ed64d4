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

template <class E, int V, bool HasB>
__device__ Floats<V> mapped(const Parameters<V>& p, const Pack<E, V>& a, const Pack<E, V>& b) {
    const Floats<V> left = widen(a);
    Floats<V> y;
#pragma unroll
    for (int i = 0; i < V; ++i) {
        float z = p.a_scale[i] * left[i] + p.shift[i];
        if constexpr (HasB) z += p.b_scale[i] * to_float(b.lane[i]);
        y[i] = prelu(z, p.slope[i]);
    }
    return y;
}

/// take(pack): for each stored pack.
template <class E, bool HasB, int V, int Threads, class Take>
__device__ void map_rows(const ChannelMapArgs& args, const TilePlace<V, Threads>& place,
                         const Parameters<V>& p, Take take) {
    const E* a = static_cast<const E*>(args.a.data);
    const E* b = static_cast<const E*>(HasB ? args.b.data : args.a.data);
    E* output = static_cast<E*>(args.output);
    place.for_rows([&](auto count, std::int64_t row) {
        Pack<E, V> left[count.value];
        Pack<E, V> right[count.value];
        place.load_rows(a, row, args.channels, left);
        if constexpr (HasB) place.load_rows(b, row, args.channels, right);
#pragma unroll
        for (int u = 0; u < count.value; ++u) {
            const Pack<E, V> y = narrow<E>(mapped<E, V, HasB>(p, left[u], right[u]));
            store(output + (row + u * place.row_lanes) * args.channels + place.channel, y);
            take(y);
        }
    });
}

template <class E, int V, bool HasB>
__global__ void __launch_bounds__(map_threads) map_kernel(ChannelMapArgs args) {
    const TilePlace<V, map_threads> place(args.rows, args.channels);
    if (!place.active) return;
    const Parameters<V> p(args, place.channel);
    map_rows<E, HasB>(args, place, p, [](const Pack<E, V>&) {});
}

template <class E, int V, bool HasB>
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
        origin =
            mapped<E, V, HasB>(p, load<V>(static_cast<const E*>(args.a.data) + first), load<V>(b + first));
    }
    __syncthreads();
    Deviations<V> deviations(origin);
    map_rows<E, HasB>(args, place, p, [&](const Pack<E, V>& y) {
#pragma unroll
        for (int i = 0; i < V; ++i) deviations.add(i, to_float(y.lane[i]));
    });
    finish_statistics(place, deviations, args.rows, args.channels, launch);
}

template <class E, int V, bool HasB>
void launch_map(const ChannelMapArgs& args, const StatisticsLaunch& launch, Stream stream) {
    if (launch.output.mean != nullptr) {
        ARCMETER_LAUNCH((map_with_statistics_kernel<E, V, HasB>), reduction_shape(args.rows, args.channels),
                        stream, args, launch);
    } else {
        ARCMETER_LAUNCH((map_kernel<E, V, HasB>), map_shape<V>(args.rows, args.channels), stream, args);
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
        if (args.b.data != nullptr) {
            launch_map<E, width.value, true>(args, launch, stream);
        } else {
            launch_map<E, width.value, false>(args, launch, stream);
        }
    });
}

}  // namespace arcmeter::kernels::cuda

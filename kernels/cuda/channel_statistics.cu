// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/channel_statistics.h"

#include "kernels/cuda/reduction.h"

namespace arcmeter::kernels::cuda {

namespace {

template <class E, int V>
struct Round {
    static constexpr int count = 4;
    Words<E, V> x[count];
};

template <class E, int V>
__global__ void __launch_bounds__(reduction_threads, 1)
    statistics_kernel(const E* x, std::int64_t rows, std::int64_t channels, StatisticsLaunch launch) {
    const TilePlace<V, reduction_threads> place(rows, channels);
    Deviations<V> deviations(place.active ? widen(load<V>(x + place.begin * channels + place.channel))
                                          : splat<V>(0));
    place.template for_rounds<Round<E, V>>(
        [&](Round<E, V>& round, std::int64_t row, int valid) {
            place.load_round(x, row, channels, valid, round.x);
        },
        [&](const Round<E, V>& round, std::int64_t, int valid) {
#pragma unroll
            for (int u = 0; u < round.count; ++u) {
                if (u >= valid) break;
                const Floats<V> values = round.x[u].values();
#pragma unroll
                for (int i = 0; i < V; ++i) deviations.add(i, values[i]);
            }
        });
    finish_statistics(place, deviations, rows, channels, launch);
}

}  // namespace

void channel_statistics(const ChannelStatisticsArgs& args, Stream stream) {
    constexpr const char* name = "channel_statistics";
    check_tiles(name, args.rows, args.channels);
    check_pointer(name, "x", args.x, size_of(args.type));
    check_pointer(name, "mean", args.statistics.mean);
    const StatisticsLaunch launch = statistics_launch(name, args.statistics, args.finalize);
    const bool wide = wide_tiles(args.type, args.channels, args.x);
    with_element_and_width(args.type, wide, [&](auto element, auto width) {
        using E = decltype(element);
        ARCMETER_LAUNCH((statistics_kernel<E, width.value>), reduction_shape(args.rows, args.channels),
                        stream, static_cast<const E*>(args.x), args.rows, args.channels, launch);
    });
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/channel_map_backward.h"

#include "kernels/cuda/reduction.h"
#include "kernels/math/prelu.h"

namespace arcmeter::kernels::cuda {

namespace {

/// What both passes need of each channel.
template <int V>
struct Parameters {
    Floats<V> mean;
    Floats<V> scale;
    Floats<V> shift;
    Floats<V> slope;

    template <class Args>
    __device__ Parameters(const Args& args, std::int64_t channel)
        : mean(load_parameter<V>(args.mean, channel, 0)),
          scale(load_parameter<V>(args.scale, channel, 1)),
          shift(load_parameter<V>(args.shift, channel, 0)),
          slope(load_parameter<V>(args.slope, channel, 1)) {}
};

/// What a pass reads beside dy.
enum class Reads { nothing, x, x_for_slope };

/// Sums of a channel: dz, with x dz (x - mean) too, of which inv_std is left out until the end, and with a
/// slope its gradient.
template <Reads Also>
constexpr int sums_of = static_cast<int>(Also) + 1;

template <class E, int V, Reads Also>
__device__ void add_sums(const Parameters<V>& p, const Words<E, V>& x_words, const Words<E, V>& dy_words,
                         Floats<V> (&sums)[sums_of<Also>]) {
    const Floats<V> x = x_words.values(), dy = dy_words.values();
#pragma unroll
    for (int i = 0; i < V; ++i) {
        float dz = dy[i];
        if constexpr (Also == Reads::x_for_slope) {
            const float z = p.scale[i] * x[i] + p.shift[i];
            dz = prelu_gradient(z, p.slope[i], dy[i]);
            sums[2][i] += prelu_slope_gradient(z, dy[i]);
        }
        sums[0][i] += dz;
        if constexpr (Also != Reads::nothing) sums[1][i] += dz * (x[i] - p.mean[i]);
    }
}

template <int Kinds>
using SumsMemory = ReductionMemory<Kinds, reduction_threads, Kinds>;

/// In the last block of a tile: the groups' sums brought together.
template <int Kinds>
__device__ void finish_sums(const ChannelMapBackwardReduceArgs& args, std::int64_t tile, std::int64_t groups,
                            SumsMemory<Kinds>& memory) {
    double total[Kinds] = {};
    total_over_groups<Kinds>(args.workspace, tile, groups, memory, total,
                             [](std::int64_t, const float(&values)[Kinds], auto add) {
                                 for (int kind = 0; kind < Kinds; ++kind) add(kind, values[kind]);
                             });
    const std::int64_t channel = tile * tile_channels + threadIdx.x;
    if (threadIdx.x >= tile_width || channel >= args.channels) return;
    if (args.sum_dz != nullptr) args.sum_dz[channel] = static_cast<float>(total[0]);
    if constexpr (Kinds > 1) {
        if (args.sum_dz_xhat != nullptr) {
            args.sum_dz_xhat[channel] =
                static_cast<float>(total[1] * static_cast<double>(args.inv_std[channel]));
        }
    }
    if constexpr (Kinds > 2) {
        if (args.sum_dslope != nullptr) args.sum_dslope[channel] = static_cast<float>(total[2]);
    }
}

/// Operands of one round of the reduction.
template <class E, int V, Reads Also>
struct Round {
    static constexpr int count = (sizeof(Words<E, V>) > 8 ? 2 : 4) * (Also == Reads::nothing ? 2 : 1);
    Words<E, V> dy[count];
    Words<E, V> x[Also == Reads::nothing ? 1 : count];
};

template <class E, int V, Reads Also>
__global__ void __launch_bounds__(reduction_threads, 1) reduce_kernel(ChannelMapBackwardReduceArgs args) {
    constexpr int kinds = sums_of<Also>;
    constexpr bool has_x = Also != Reads::nothing;
    __shared__ SumsMemory<kinds> memory;
    __shared__ float result[kinds][tile_width];
    const TilePlace<V, reduction_threads> place(args.rows, args.channels);
    const Parameters<V> p(args, place.active ? place.channel : 0);
    Floats<V> sums[kinds];
#pragma unroll
    for (int kind = 0; kind < kinds; ++kind) sums[kind] = splat<V>(0);
    const E* const dy = static_cast<const E*>(args.dy);
    const E* const x = static_cast<const E*>(args.x);
    using Operands = Round<E, V, Also>;
    place.template for_rounds<Operands>(
        [&](Operands& round, std::int64_t row, int valid) {
            place.load_round(dy, row, args.channels, valid, round.dy);
            if constexpr (has_x) place.load_round(x, row, args.channels, valid, round.x);
        },
        [&](const Operands& round, std::int64_t, int valid) {
#pragma unroll
            for (int u = 0; u < round.count; ++u) {
                if (u < valid) add_sums<E, V, Also>(p, round.x[has_x ? u : 0], round.dy[u], sums);
            }
        });
    reduce_rows(place, sums, memory, result);
    float* partial = args.workspace + (place.tile * place.groups + place.group) * kinds * tile_width;
    for (int i = static_cast<int>(threadIdx.x); i < kinds * tile_width; i += reduction_threads) {
        partial[i] = result[i / tile_width][i % tile_width];
    }
    if (is_last_block(args.counters, place.tile, place.groups)) {
        finish_sums<kinds>(args, place.tile, place.groups, memory);
    }
}

/// dx = scale dz - (offset + factor (x - mean)), the means over the batch folded into offset and factor.
template <int V>
struct ApplyParameters : Parameters<V> {
    Floats<V> offset;
    Floats<V> factor;

    __device__ ApplyParameters(const ChannelMapBackwardApplyArgs& args, std::int64_t channel)
        : Parameters<V>(args, channel), offset(splat<V>(0)), factor(splat<V>(0)) {
        if (args.mean == nullptr || args.frozen) return;
        const float inverse_rows = 1.0f / static_cast<float>(args.rows);
        offset = load_parameter<V>(args.sum_dz, channel, 0);
        factor = load_parameter<V>(args.sum_dz_xhat, channel, 0);
        const Floats<V> inv_std = load_parameter<V>(args.inv_std, channel, 0);
#pragma unroll
        for (int i = 0; i < V; ++i) {
            offset[i] *= this->scale[i] * inverse_rows;
            factor[i] *= this->scale[i] * inv_std[i] * inverse_rows;
        }
    }
};

template <class E, int V, Reads Also, bool HasAdd>
__global__ void __launch_bounds__(map_threads, 3) apply_kernel(ChannelMapBackwardApplyArgs args) {
    constexpr bool has_x = Also != Reads::nothing;
    const TilePlace<V, map_threads> place(args.rows, args.channels);
    if (!place.active) return;
    const ApplyParameters<V> p(args, place.channel);
    const E* dy = static_cast<const E*>(args.dy);
    const E* x = has_x ? static_cast<const E*>(args.x) : dy;
    const E* add = HasAdd ? static_cast<const E*>(args.add) : dy;
    E* dx = static_cast<E*>(args.dx);
    place.for_rows([&](auto count, std::int64_t row) {
        [[maybe_unused]] Pack<E, V> x_packs[count.value];
        Pack<E, V> dy_packs[count.value];
        [[maybe_unused]] Pack<E, V> add_packs[count.value];
        place.load_rows(dy, row, args.channels, dy_packs);
        if constexpr (has_x) place.load_rows(x, row, args.channels, x_packs);
        if constexpr (HasAdd) place.load_rows(add, row, args.channels, add_packs);
#pragma unroll
        for (int u = 0; u < count.value; ++u) {
            const Floats<V> gradients = widen(dy_packs[u]);
            [[maybe_unused]] Floats<V> values, added;
            Floats<V> out;
            if constexpr (has_x) values = widen(x_packs[u]);
            if constexpr (HasAdd) added = widen(add_packs[u]);
#pragma unroll
            for (int i = 0; i < V; ++i) {
                float dz = gradients[i];
                float of_statistics = 0;
                if constexpr (Also == Reads::x_for_slope)
                    dz = prelu_gradient(p.scale[i] * values[i] + p.shift[i], p.slope[i], dz);
                if constexpr (has_x) of_statistics = p.offset[i] + p.factor[i] * (values[i] - p.mean[i]);
                out[i] = p.scale[i] * dz - of_statistics;
                if constexpr (HasAdd) out[i] += added[i];
            }
            store(dx + (row + u * place.row_lanes) * args.channels + place.channel, narrow<E>(out));
        }
    });
}

template <class E, int V, Reads Also>
void launch_apply(const ChannelMapBackwardApplyArgs& args, Stream stream) {
    const LaunchShape shape = map_shape<V>(args.rows, args.channels);
    if (args.add != nullptr) {
        ARCMETER_LAUNCH((apply_kernel<E, V, Also, true>), shape, stream, args);
    } else {
        ARCMETER_LAUNCH((apply_kernel<E, V, Also, false>), shape, stream, args);
    }
}

/// body(what the pass reads beside dy, as a constant)
template <class Args, class Body>
void with_reads(const Args& args, Body body) {
    if (args.x == nullptr) return body(std::integral_constant<Reads, Reads::nothing>());
    if (args.slope == nullptr) return body(std::integral_constant<Reads, Reads::x>());
    body(std::integral_constant<Reads, Reads::x_for_slope>());
}

template <class Args>
void check_common(const char* name, const Args& args) {
    check_tiles(name, args.rows, args.channels);
    check_pointer(name, "dy", args.dy, size_of(args.type));
    check_optional(name, "x", args.x, size_of(args.type));
    check_together(name, "mean and inv_std", args.mean, args.inv_std);
    if (args.x == nullptr && (args.mean != nullptr || args.slope != nullptr)) {
        reject(name, "x is null with a mean or a slope");
    }
}

}  // namespace

void channel_map_backward_reduce(const ChannelMapBackwardReduceArgs& args, Stream stream) {
    constexpr const char* name = "channel_map_backward_reduce";
    check_common(name, args);
    if (args.sum_dz_xhat != nullptr && args.mean == nullptr)
        reject(name, "sum_dz_xhat is set without a mean");
    if (args.sum_dslope != nullptr && args.slope == nullptr)
        reject(name, "sum_dslope is set without a slope");
    check_pointer(name, "workspace", args.workspace, sizeof(float4));
    check_pointer(name, "counters", args.counters);
    const bool wide = wide_tiles(args.type, args.channels, args.x, args.dy);
    with_element_and_width(args.type, wide, [&](auto element, auto width) {
        using E = decltype(element);
        constexpr int v = width.value < 4 ? width.value : 4;
        const LaunchShape shape = reduction_shape(args.rows, args.channels);
        with_reads(args, [&](auto also) {
            ARCMETER_LAUNCH((reduce_kernel<E, v, also.value>), shape, stream, args);
        });
    });
}

void channel_map_backward_apply(const ChannelMapBackwardApplyArgs& args, Stream stream) {
    constexpr const char* name = "channel_map_backward_apply";
    check_common(name, args);
    check_optional(name, "add", args.add, size_of(args.type));
    check_pointer(name, "dx", args.dx, size_of(args.type));
    if (args.mean != nullptr && !args.frozen) {
        check_pointer(name, "sum_dz", args.sum_dz);
        check_pointer(name, "sum_dz_xhat", args.sum_dz_xhat);
    }
    const bool wide = wide_tiles(args.type, args.channels, args.x, args.dy, args.add, args.dx);
    with_element_and_width(args.type, wide, [&](auto element, auto width) {
        using E = decltype(element);
        constexpr int v = width.value < 4 ? width.value : 4;
        with_reads(args, [&](auto also) { launch_apply<E, v, also.value>(args, stream); });
    });
}

}  // namespace arcmeter::kernels::cuda

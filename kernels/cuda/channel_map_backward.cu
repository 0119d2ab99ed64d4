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

/// dz, dz (x - mean), of which inv_std is left out until the end, and dslope.
template <class E, int V, bool HasX>
__device__ void add_sums(const Parameters<V>& p, const Pack<E, V>& x_pack, const Pack<E, V>& dy_pack,
                         Floats<V> (&sums)[3]) {
#pragma unroll
    for (int i = 0; i < V; ++i) {
        const float dy = to_float(dy_pack.lane[i]);
        if constexpr (HasX) {
            const float x = to_float(x_pack.lane[i]);
            const float z = p.scale[i] * x + p.shift[i];
            const float dz = prelu_gradient(z, p.slope[i], dy);
            sums[0][i] += dz;
            sums[1][i] += dz * (x - p.mean[i]);
            sums[2][i] += prelu_slope_gradient(z, dy);
        } else {
            sums[0][i] += dy;
        }
    }
}

/// In the last block of a tile: the groups' sums brought together.
__device__ void finish_sums(const ChannelMapBackwardReduceArgs& args, std::int64_t tile, std::int64_t groups,
                            ReductionMemory<3, reduction_threads>& memory) {
    double total[3];
    total_over_groups<3>(args.workspace, tile, groups, memory, total,
                         [](std::int64_t, const float(&values)[3], auto add) {
                             for (int kind = 0; kind < 3; ++kind) add(kind, values[kind]);
                         });
    const std::int64_t channel = tile * tile_channels + threadIdx.x;
    if (threadIdx.x >= tile_width || channel >= args.channels) return;
    if (args.sum_dz != nullptr) args.sum_dz[channel] = static_cast<float>(total[0]);
    if (args.sum_dz_xhat != nullptr) {
        args.sum_dz_xhat[channel] = static_cast<float>(total[1] * static_cast<double>(args.inv_std[channel]));
    }
    if (args.sum_dslope != nullptr) args.sum_dslope[channel] = static_cast<float>(total[2]);
}

template <class E, int V, bool HasX>
__global__ void __launch_bounds__(reduction_threads, 1) reduce_kernel(ChannelMapBackwardReduceArgs args) {
    __shared__ ReductionMemory<3, reduction_threads> memory;
    __shared__ float result[3][tile_width];
    const TilePlace<V, reduction_threads> place(args.rows, args.channels);
    const Parameters<V> p(args, place.active ? place.channel : 0);
    Floats<V> sums[3] = {splat<V>(0), splat<V>(0), splat<V>(0)};
    const E* dy = static_cast<const E*>(args.dy);
    const E* x = HasX ? static_cast<const E*>(args.x) : dy;
    constexpr int unroll = sizeof(Pack<E, V>) > 8 ? 4 : 8;
    place.template for_rows<unroll>([&](auto count, std::int64_t row) {
        [[maybe_unused]] Pack<E, V> x_packs[count.value];
        Pack<E, V> dy_packs[count.value];
        place.load_rows(dy, row, args.channels, dy_packs);
        if constexpr (HasX) place.load_rows(x, row, args.channels, x_packs);
#pragma unroll
        for (int u = 0; u < count.value; ++u) add_sums<E, V, HasX>(p, x_packs[u], dy_packs[u], sums);
    });
    reduce_rows(place, sums, memory, result);
    float* partial = args.workspace + (place.tile * place.groups + place.group) * 3 * tile_width;
    for (int i = static_cast<int>(threadIdx.x); i < 3 * tile_width; i += reduction_threads) {
        partial[i] = result[i / tile_width][i % tile_width];
    }
    if (is_last_block(args.counters, place.tile, place.groups)) {
        finish_sums(args, place.tile, place.groups, memory);
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

template <class E, int V, bool HasX, bool HasAdd>
__global__ void __launch_bounds__(map_threads, 3) apply_kernel(ChannelMapBackwardApplyArgs args) {
    const TilePlace<V, map_threads> place(args.rows, args.channels);
    if (!place.active) return;
    const ApplyParameters<V> p(args, place.channel);
    const E* dy = static_cast<const E*>(args.dy);
    const E* x = HasX ? static_cast<const E*>(args.x) : dy;
    const E* add = HasAdd ? static_cast<const E*>(args.add) : dy;
    E* dx = static_cast<E*>(args.dx);
    place.for_rows([&](auto count, std::int64_t row) {
        [[maybe_unused]] Pack<E, V> x_packs[count.value];
        Pack<E, V> dy_packs[count.value];
        [[maybe_unused]] Pack<E, V> add_packs[count.value];
        place.load_rows(dy, row, args.channels, dy_packs);
        if constexpr (HasX) place.load_rows(x, row, args.channels, x_packs);
        if constexpr (HasAdd) place.load_rows(add, row, args.channels, add_packs);
#pragma unroll
        for (int u = 0; u < count.value; ++u) {
            Floats<V> out;
#pragma unroll
            for (int i = 0; i < V; ++i) {
                float dz = to_float(dy_packs[u].lane[i]);
                float of_statistics = 0;
                if constexpr (HasX) {
                    const float value = to_float(x_packs[u].lane[i]);
                    dz = prelu_gradient(p.scale[i] * value + p.shift[i], p.slope[i], dz);
                    of_statistics = p.offset[i] + p.factor[i] * (value - p.mean[i]);
                }
                out[i] = p.scale[i] * dz - of_statistics;
                if constexpr (HasAdd) out[i] += to_float(add_packs[u].lane[i]);
            }
            store(dx + (row + u * place.row_lanes) * args.channels + place.channel, narrow<E>(out));
        }
    });
}

template <class E, int V, bool HasX>
void launch_apply(const ChannelMapBackwardApplyArgs& args, Stream stream) {
    const LaunchShape shape = map_shape<V>(args.rows, args.channels);
    if (args.add != nullptr) {
        ARCMETER_LAUNCH((apply_kernel<E, V, HasX, true>), shape, stream, args);
    } else {
        ARCMETER_LAUNCH((apply_kernel<E, V, HasX, false>), shape, stream, args);
    }
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
        if (args.x != nullptr) {
            ARCMETER_LAUNCH((reduce_kernel<E, v, true>), shape, stream, args);
        } else {
            ARCMETER_LAUNCH((reduce_kernel<E, v, false>), shape, stream, args);
        }
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
        if (args.x != nullptr) {
            launch_apply<E, v, true>(args, stream);
        } else {
            launch_apply<E, v, false>(args, stream);
        }
    });
}

}  // namespace arcmeter::kernels::cuda

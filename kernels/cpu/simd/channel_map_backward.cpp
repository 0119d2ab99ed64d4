// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/moments.h"
#include "kernels/math/prelu.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

/// What both passes need of each channel. Without x there is nothing to compare or normalise: dy stands in.
template <int N, int Unroll, bool Planar>
struct Parameters {
    Vec<N> mean[Unroll];
    Vec<N> inv_std[Unroll];
    Vec<N> scale[Unroll];
    Vec<N> shift[Unroll];
    Vec<N> slope[Unroll];

    template <class Args>
    Parameters(const Args& args, std::int64_t channel) {
        load_parameter<N, Unroll, Planar>(args.mean, channel, 0, mean);
        load_parameter<N, Unroll, Planar>(args.mean != nullptr ? args.inv_std : nullptr, channel, 0, inv_std);
        load_parameter<N, Unroll, Planar>(args.scale, channel, 1, scale);
        load_parameter<N, Unroll, Planar>(args.shift, channel, 0, shift);
        load_parameter<N, Unroll, Planar>(args.slope, channel, 1, slope);
    }
};

template <class E, class Args>
const E* input_of(const Args& args) {
    return static_cast<const E*>(args.x != nullptr ? args.x : args.dy);
}

template <int N, int Unroll>
struct Sums {
    Vec<N> dz[Unroll] = {};
    Vec<N> dz_xhat[Unroll] = {};
    Vec<N> dslope[Unroll] = {};

    template <class E, class P>
    [[gnu::always_inline]] void add(const P& p, const E* x_data, const E* dy_data, int u, std::int64_t i) {
        const Vec<N> x = load<N>(x_data + i);
        const Vec<N> dy = load<N>(dy_data + i);
        const Vec<N> z = p.scale[u] * x + p.shift[u];
        const Vec<N> gradient = prelu_gradient(z, p.slope[u], dy);
        dz[u] += gradient;
        dz_xhat[u] += gradient * ((x - p.mean[u]) * p.inv_std[u]);
        dslope[u] += prelu_slope_gradient(z, dy);
    }
};

/// Adds a piece's sums to an item's, so that no float sum runs over more than a piece.
template <class TileType>
void add_sums(const Vec<TileType::lanes>* piece, float tail, float* total) {
    constexpr int n = TileType::lanes;
    if constexpr (TileType::planar) {
        *total += sum_lanes<n>(piece[0]) + tail;
    } else {
        for (int u = 0; u < TileType::unroll; ++u) {
            store<n>(total + u * n, load<n>(total + u * n) + piece[u]);
        }
    }
}

template <class E, class TileType>
void reduce_item(const ChannelMapBackwardReduceArgs& args, const Item& item) {
    constexpr int n = TileType::lanes;
    const E* x = input_of<E>(args);
    const E* dy = static_cast<const E*>(args.dy);
    const Parameters<n, TileType::unroll, TileType::planar> p(args, item.channel);
    const Parameters<1, 1, true> tail_p(args, item.channel);
    float total[3][TileType::channels] = {};
    for_each_run(args.layout, item, piece_rows<TileType>(), [&](std::int64_t offset, std::int64_t rows) {
        Sums<n, TileType::unroll> sums;
        Sums<1, 1> tail;
        walk_tile<TileType>(
            offset, rows, args.layout.block, [&](int u, std::int64_t i) { sums.add(p, x, dy, u, i); },
            [&](int u, std::int64_t i) { tail.add(tail_p, x, dy, u, i); });
        add_sums<TileType>(sums.dz, tail.dz[0], total[0]);
        add_sums<TileType>(sums.dz_xhat, tail.dz_xhat[0], total[1]);
        add_sums<TileType>(sums.dslope, tail.dslope[0], total[2]);
    });
    for (int k = 0; k < 3; ++k) {
        std::memcpy(partial(args.workspace, args.layout, item, 3, k), total[k], sizeof total[k]);
    }
}

template <class E>
void reduce_all(const ChannelMapBackwardReduceArgs& args) {
    with_tile(args.layout, [&]<class TileType>(TileType) {
        for_each_item<TileType>(args.layout, [&](const Item& item) { reduce_item<E, TileType>(args, item); });
    });
}

/// dx = scale dz - (offset + factor (x - mean)), the means over the batch folded into offset and factor.
template <int N, int Unroll, bool Planar>
struct ApplyParameters : Parameters<N, Unroll, Planar> {
    Vec<N> offset[Unroll] = {};
    Vec<N> factor[Unroll] = {};

    ApplyParameters(const ChannelMapBackwardApplyArgs& args, std::int64_t channel)
        : Parameters<N, Unroll, Planar>(args, channel) {
        if (args.mean == nullptr || args.frozen) {
            return;
        }
        const float inverse_rows = 1.0f / static_cast<float>(args.layout.rows());
        load_parameter<N, Unroll, Planar>(args.sum_dz, channel, 0, offset);
        load_parameter<N, Unroll, Planar>(args.sum_dz_xhat, channel, 0, factor);
        for (int u = 0; u < Unroll; ++u) {
            offset[u] *= this->scale[u] * inverse_rows;
            factor[u] *= this->scale[u] * this->inv_std[u] * inverse_rows;
        }
    }
};

template <class E, bool HasAdd, int N, class P>
[[gnu::always_inline]] inline void apply_vector(const ChannelMapBackwardApplyArgs& args, const E* x_data, const P& p,
                                                int u, std::int64_t i) {
    const Vec<N> x = load<N>(x_data + i);
    const Vec<N> dy = load<N>(static_cast<const E*>(args.dy) + i);
    const Vec<N> dz = prelu_gradient(p.scale[u] * x + p.shift[u], p.slope[u], dy);
    Vec<N> dx = p.scale[u] * dz - (p.offset[u] + p.factor[u] * (x - p.mean[u]));
    if constexpr (HasAdd) {
        dx += load<N>(static_cast<const E*>(args.add) + i);
    }
    store<N>(static_cast<E*>(args.dx) + i, dx);
}

template <class E, bool HasAdd>
void apply_all(const ChannelMapBackwardApplyArgs& args) {
    const E* x = input_of<E>(args);
    with_tile(args.layout, [&]<class TileType>(TileType) {
        constexpr int n = TileType::lanes;
        for_each_item<TileType>(args.layout, [&](const Item& item) {
            const ApplyParameters<n, TileType::unroll, TileType::planar> p(args, item.channel);
            const ApplyParameters<1, 1, true> tail(args, item.channel);
            for_each_run(args.layout, item, args.layout.spatial, [&](std::int64_t offset, std::int64_t rows) {
                walk_tile<TileType>(
                    offset, rows, args.layout.block,
                    [&](int u, std::int64_t i) { apply_vector<E, HasAdd, n>(args, x, p, u, i); },
                    [&](int u, std::int64_t i) { apply_vector<E, HasAdd, 1>(args, x, tail, u, i); });
            });
        });
    });
}

template <class E>
void apply_of(const ChannelMapBackwardApplyArgs& args) {
    args.add != nullptr ? apply_all<E, true>(args) : apply_all<E, false>(args);
}

}  // namespace

void backward_reduce_partials(const ChannelMapBackwardReduceArgs& args) {
    args.type == ElementType::f32 ? reduce_all<float>(args) : reduce_all<bfloat16>(args);
}

void backward_apply(const ChannelMapBackwardApplyArgs& args) {
    args.type == ElementType::f32 ? apply_of<float>(args) : apply_of<bfloat16>(args);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

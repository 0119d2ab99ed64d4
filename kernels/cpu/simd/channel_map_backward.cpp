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

/// Adds a piece's sums to those of the earlier pieces of its group, so that no float sum runs over more than
/// a piece.
template <class TileType>
void add_sums(const Vec<TileType::lanes>* sums, float tail, bool first, float* total) {
    constexpr int n = TileType::lanes;
    if constexpr (TileType::planar) {
        *total = (first ? 0.0f : *total) + sum_lanes<n>(sums[0]) + tail;
    } else {
        for (int u = 0; u < TileType::unroll; ++u) {
            store<n>(total + u * n, first ? sums[u] : load<n>(total + u * n) + sums[u]);
        }
    }
}

template <class E, class TileType>
void reduce_piece(const ChannelMapBackwardReduceArgs& args, const Piece& piece) {
    const E* x = input_of<E>(args);
    const E* dy = static_cast<const E*>(args.dy);
    const Parameters<TileType::lanes, TileType::unroll, TileType::planar> p(args, piece.channel);
    const Parameters<1, 1, true> tail_p(args, piece.channel);
    Sums<TileType::lanes, TileType::unroll> sums;
    Sums<1, 1> tail;
    walk_tile<TileType>(
        piece, args.layout.block, [&](int u, std::int64_t i) { sums.add(p, x, dy, u, i); },
        [&](int u, std::int64_t i) { tail.add(tail_p, x, dy, u, i); });
    const bool first = piece.rows_before == 0;
    const auto place = [&](int k) { return partial(args.workspace, args.layout, piece, 3, k); };
    add_sums<TileType>(sums.dz, tail.dz[0], first, place(0));
    add_sums<TileType>(sums.dz_xhat, tail.dz_xhat[0], first, place(1));
    add_sums<TileType>(sums.dslope, tail.dslope[0], first, place(2));
}

template <class E>
void reduce_all(const ChannelMapBackwardReduceArgs& args) {
    with_tile(args.layout, [&]<class TileType>(TileType) {
        for_each_piece<TileType>(args.layout,
                                 [&](const Piece& piece) { reduce_piece<E, TileType>(args, piece); });
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
[[gnu::always_inline]] inline void apply_vector(const ChannelMapBackwardApplyArgs& args, const E* x_data,
                                                const P& p, int u, std::int64_t i, bool stream) {
    const Vec<N> x = load<N>(x_data + i);
    const Vec<N> dy = load<N>(static_cast<const E*>(args.dy) + i);
    const Vec<N> dz = prelu_gradient(p.scale[u] * x + p.shift[u], p.slope[u], dy);
    Vec<N> dx = p.scale[u] * dz - (p.offset[u] + p.factor[u] * (x - p.mean[u]));
    if constexpr (HasAdd) {
        dx += load<N>(static_cast<const E*>(args.add) + i);
    }
    store<N>(static_cast<E*>(args.dx) + i, dx, stream);
}

template <class E, bool HasAdd>
void apply_all(const ChannelMapBackwardApplyArgs& args, bool stream) {
    const E* x = input_of<E>(args);
    with_tile(args.layout, [&]<class TileType>(TileType) {
        constexpr int n = TileType::lanes;
        for_each_piece<TileType>(args.layout, [&](const Piece& piece) {
            const ApplyParameters<n, TileType::unroll, TileType::planar> p(args, piece.channel);
            const ApplyParameters<1, 1, true> tail(args, piece.channel);
            walk_tile<TileType>(
                piece, args.layout.block,
                [&](int u, std::int64_t i) { apply_vector<E, HasAdd, n>(args, x, p, u, i, stream); },
                [&](int u, std::int64_t i) { apply_vector<E, HasAdd, 1>(args, x, tail, u, i, false); });
        });
    });
}

template <class E>
void apply_of(const ChannelMapBackwardApplyArgs& args, bool stream) {
    args.add != nullptr ? apply_all<E, true>(args, stream) : apply_all<E, false>(args, stream);
}

}  // namespace

void backward_reduce_partials(const ChannelMapBackwardReduceArgs& args) {
    args.type == ElementType::f32 ? reduce_all<float>(args) : reduce_all<bfloat16>(args);
}

void backward_apply(const ChannelMapBackwardApplyArgs& args, bool stream) {
    args.type == ElementType::f32 ? apply_of<float>(args, stream) : apply_of<bfloat16>(args, stream);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/moments.h"
#include "kernels/math/prelu.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

template <int N, int Unroll, bool Planar>
struct Parameters {
    Vec<N> a_scale[Unroll];
    Vec<N> b_scale[Unroll];
    Vec<N> shift[Unroll];
    Vec<N> slope[Unroll];

    Parameters(const ChannelMapArgs& args, std::int64_t channel) {
        Vec<N> b_shift[Unroll];
        load_parameter<N, Unroll, Planar>(args.a.scale, channel, 1, a_scale);
        load_parameter<N, Unroll, Planar>(args.b.scale, channel, 1, b_scale);
        load_parameter<N, Unroll, Planar>(args.a.shift, channel, 0, shift);
        load_parameter<N, Unroll, Planar>(args.b.shift, channel, 0, b_shift);
        load_parameter<N, Unroll, Planar>(args.slope, channel, 1, slope);
        for (int u = 0; u < Unroll; ++u) {
            shift[u] += b_shift[u];
        }
    }
};

template <class E, bool HasB, int N, class P>
[[gnu::always_inline]] inline Vec<N> mapped(const ChannelMapArgs& args, const P& p, int u, std::int64_t i) {
    Vec<N> z = p.a_scale[u] * load<N>(static_cast<const E*>(args.a.data) + i) + p.shift[u];
    if constexpr (HasB) {
        z += p.b_scale[u] * load<N>(static_cast<const E*>(args.b.data) + i);
    }
    return prelu(z, p.slope[u]);
}

template <class E, bool HasB, class TileType>
void map_piece(const ChannelMapArgs& args, bool stream, const Piece& piece) {
    constexpr int n = TileType::lanes;
    const Parameters<n, TileType::unroll, TileType::planar> p(args, piece.channel);
    const Parameters<1, 1, true> tail_p(args, piece.channel);
    E* const y = static_cast<E*>(args.output);
    walk_tile<TileType>(
        piece, args.layout.block,
        [&](int u, std::int64_t i) { store<n>(y + i, mapped<E, HasB, n>(args, p, u, i), stream); },
        [&](int u, std::int64_t i) { store<1>(y + i, mapped<E, HasB, 1>(args, tail_p, u, i)); });
}

template <class E, bool HasB, class TileType>
void map_piece_with_statistics(const ChannelMapArgs& args, bool stream, const Piece& piece) {
    constexpr int n = TileType::lanes;
    const Parameters<n, TileType::unroll, TileType::planar> p(args, piece.channel);
    const Parameters<1, 1, true> tail_p(args, piece.channel);
    E* const y = static_cast<E*>(args.output);
    DeviationSums<n, TileType::unroll> sums;
    DeviationSums<1, 1> tail;
    // Deviations are from the first row of the output, unrounded: any value near the others will do.
    tail.origin[0] = mapped<E, HasB, 1>(args, tail_p, 0, piece.offset);
    for (int u = 0; u < TileType::unroll; ++u) {
        if constexpr (TileType::planar) {
            sums.origin[u] = splat<n>(tail.origin[0]);
        } else {
            sums.origin[u] = mapped<E, HasB, n>(args, p, u, piece.offset + u * n);
        }
    }
    walk_tile<TileType>(
        piece, args.layout.block,
        [&](int u, std::int64_t i) {
            sums.add(u, store_rounded<n>(y + i, mapped<E, HasB, n>(args, p, u, i), stream));
        },
        [&](int u, std::int64_t i) {
            tail.add(u, store_rounded<1>(y + i, mapped<E, HasB, 1>(args, tail_p, u, i), false));
        });
    add_moments<TileType>(sums, tail, piece, partial(args.workspace, args.layout, piece, 2, 0),
                          partial(args.workspace, args.layout, piece, 2, 1));
}

template <class E, bool HasB>
void map_all(const ChannelMapArgs& args, bool stream) {
    with_tile(args.layout, [&]<class TileType>(TileType) {
        if (args.mean != nullptr) {
            for_each_piece<TileType>(args.layout, [&](const Piece& piece) {
                map_piece_with_statistics<E, HasB, TileType>(args, stream, piece);
            });
        } else {
            for_each_piece<TileType>(
                args.layout, [&](const Piece& piece) { map_piece<E, HasB, TileType>(args, stream, piece); });
        }
    });
}

template <class E>
void map_of(const ChannelMapArgs& args, bool stream) {
    args.b.data != nullptr ? map_all<E, true>(args, stream) : map_all<E, false>(args, stream);
}

}  // namespace

void channel_map(const ChannelMapArgs& args, bool stream) {
    args.type == ElementType::f32 ? map_of<float>(args, stream) : map_of<bfloat16>(args, stream);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/moments.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

template <class E, class TileType>
void add_piece(const ChannelStatisticsArgs& args, const Piece& piece) {
    constexpr int n = TileType::lanes;
    const E* x = static_cast<const E*>(args.x);
    DeviationSums<n, TileType::unroll> sums;
    DeviationSums<1, 1> tail;
    tail.origin[0] = load<1>(x + piece.offset);
    for (int u = 0; u < TileType::unroll; ++u) {
        if constexpr (TileType::planar) {
            sums.origin[u] = splat<n>(tail.origin[0]);
        } else {
            sums.origin[u] = load<n>(x + piece.offset + u * n);
        }
    }
    walk_tile<TileType>(
        piece, args.layout.block, [&](int u, std::int64_t i) { sums.add(u, load<n>(x + i)); },
        [&](int u, std::int64_t i) { tail.add(u, load<1>(x + i)); });
    add_moments<TileType>(sums, tail, piece, partial(args.workspace, args.layout, piece, 2, 0),
                          partial(args.workspace, args.layout, piece, 2, 1));
}

template <class E>
void partials(const ChannelStatisticsArgs& args) {
    with_tile(args.layout, [&]<class TileType>(TileType) {
        for_each_piece<TileType>(args.layout,
                                 [&](const Piece& piece) { add_piece<E, TileType>(args, piece); });
    });
}

}  // namespace

void statistics_partials(const ChannelStatisticsArgs& args) {
    args.type == ElementType::f32 ? partials<float>(args) : partials<bfloat16>(args);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/moments.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

template <class E>
void partials(const ChannelStatisticsArgs& args) {
    const ActivationLayout& layout = args.layout;
    const E* x = static_cast<const E*>(args.x);
    with_tile(layout, [&]<class TileType>(TileType) {
        for_each_piece<TileType>(layout, [&](const Piece& piece) {
            add_moments<TileType>(x, layout.block, piece, partial(args.workspace, layout, piece, 2, 0),
                                  partial(args.workspace, layout, piece, 2, 1));
        });
    });
}

}  // namespace

void statistics_partials(const ChannelStatisticsArgs& args) {
    args.type == ElementType::f32 ? partials<float>(args) : partials<bfloat16>(args);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

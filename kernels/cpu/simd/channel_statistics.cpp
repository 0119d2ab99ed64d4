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
        for_each_item<TileType>(layout, [&](const Item& item) {
            Moments<TileType> moments;
            for_each_run(layout, item, piece_rows<TileType>(), [&](std::int64_t offset, std::int64_t rows) {
                moments.add_piece(x, offset, rows, layout.block);
            });
            moments.store_to(partial(args.workspace, layout, item, 2, 0),
                             partial(args.workspace, layout, item, 2, 1));
        });
    });
}

}  // namespace

void statistics_partials(const ChannelStatisticsArgs& args) {
    args.type == ElementType::f32 ? partials<float>(args) : partials<bfloat16>(args);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

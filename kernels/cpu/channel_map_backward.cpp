// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/channel_map_backward.h"

#include "kernels/cpu/combine.h"
#include "kernels/cpu/row_groups.h"
#include "kernels/cpu/simd/table.h"
#include "kernels/cpu/streaming.h"

namespace arcmeter::kernels::cpu {

void channel_map_backward_reduce(const ChannelMapBackwardReduceArgs& args) {
    ChannelMapBackwardReduceArgs simple = args;
    simple.layout = simplified(args.layout);
    kernel_table().backward_reduce_partials(simple);
    float* const sums[3] = {args.sum_dz, args.sum_dz_xhat, args.sum_dslope};
    for (int kind = 0; kind < 3; ++kind) {
        if (sums[kind] != nullptr) {
            combine_sums(simple.layout, args.workspace, 3, kind, sums[kind]);
        }
    }
}

void channel_map_backward_apply(const ChannelMapBackwardApplyArgs& args) {
    ChannelMapBackwardApplyArgs simple = args;
    simple.layout = simplified(args.layout);
    const bool in_place = args.dx == args.x || args.dx == args.dy || args.dx == args.add;
    kernel_table().backward_apply(simple, !in_place && worth_streaming(simple.layout, args.type, args.dx));
}

}  // namespace arcmeter::kernels::cpu

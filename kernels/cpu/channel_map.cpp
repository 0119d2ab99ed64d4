// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/channel_map.h"

#include "kernels/cpu/combine.h"
#include "kernels/cpu/row_groups.h"
#include "kernels/cpu/simd/table.h"
#include "kernels/cpu/streaming.h"

namespace arcmeter::kernels::cpu {

void channel_map(const ChannelMapArgs& args) {
    ChannelMapArgs simple = args;
    simple.layout = simplified(args.layout);
    const bool in_place = args.output == args.a.data || args.output == args.b.data;
    kernel_table().channel_map(simple, !in_place && worth_streaming(simple.layout, args.type, args.output));
    if (args.mean != nullptr) {
        combine_moments(simple.layout, args.workspace, args.mean, args.variance);
    }
}

}  // namespace arcmeter::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/channel_map.h"

#include "kernels/cpu/combine.h"
#include "kernels/cpu/row_groups.h"
#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

void channel_map(const ChannelMapArgs& args) {
    ChannelMapArgs simple = args;
    simple.layout = simplified(args.layout);
    kernel_table().channel_map(simple);
    if (args.mean != nullptr) {
        combine_moments(simple.layout, args.workspace, args.mean, args.variance);
    }
}

}  // namespace arcmeter::kernels::cpu

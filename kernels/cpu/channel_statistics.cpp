// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/channel_statistics.h"

#include "kernels/cpu/combine.h"
#include "kernels/cpu/row_groups.h"
#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

std::size_t channel_statistics_workspace(const ActivationLayout& layout) {
    const ActivationLayout simple = simplified(layout);
    return static_cast<std::size_t>(3 * row_group_count(simple) * simple.channels);
}

void channel_statistics(const ChannelStatisticsArgs& args) {
    ChannelStatisticsArgs simple = args;
    simple.layout = simplified(args.layout);
    kernel_table().statistics_partials(simple);
    combine_moments(simple.layout, args.workspace, args.mean, args.variance);
}

}  // namespace arcmeter::kernels::cpu

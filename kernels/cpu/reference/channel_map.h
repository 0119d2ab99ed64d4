// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/channel_map.h"
#include "kernels/cpu/channel_map_backward.h"
#include "kernels/cpu/channel_statistics.h"

// The launchers of the same names in plain loops over (n, c, s), sums in double. The workspace is not used.

namespace arcmeter::kernels::cpu::reference {

void channel_statistics(const ChannelStatisticsArgs& args);
void channel_map(const ChannelMapArgs& args);
void channel_map_backward_reduce(const ChannelMapBackwardReduceArgs& args);
void channel_map_backward_apply(const ChannelMapBackwardApplyArgs& args);

}  // namespace arcmeter::kernels::cpu::reference

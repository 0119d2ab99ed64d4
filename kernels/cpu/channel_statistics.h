// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "kernels/layout.h"

// Launchers of this library are called from one thread at a time per buffer, use OpenMP's threads, allocate
// nothing and check nothing: shapes and pointers are the caller's promise. Results do not depend on the
// number of threads.

namespace arcmeter::kernels::cpu {

struct ChannelStatisticsArgs {
    ActivationLayout layout;
    ElementType type;
    const void* x;
    float* mean;       ///< [channels]
    float* variance;   ///< [channels], biased: sum of squared deviations / (batch * spatial)
    float* workspace;  ///< channel_statistics_workspace(layout) floats
};

/// Floats of workspace for channel_statistics, for a channel_map that emits statistics, and for
/// channel_map_backward_reduce.
std::size_t channel_statistics_workspace(const ActivationLayout& layout);

/// Mean and variance of each channel over batch and spatial. Two passes over pieces that stay in the first
/// cache, combined as Chan, Golub and LeVeque (1979), so a large mean costs no accuracy.
void channel_statistics(const ChannelStatisticsArgs& args);

}  // namespace arcmeter::kernels::cpu

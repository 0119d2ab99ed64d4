// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/batch_norm.h"
#include "kernels/cuda/row_groups.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cuda {

/// Where the statistics of a tensor go.
struct StatisticsOutput {
    float* mean = nullptr;         ///< [channels]; null: no statistics are taken
    float* variance = nullptr;     ///< [channels], biased: sum of squared deviations / rows
    float* workspace = nullptr;    ///< channel_statistics_workspace floats, 16-byte aligned
    unsigned* counters = nullptr;  ///< reduction_counters, zero
};

/// Floats of workspace for the statistics of [rows][channels].
constexpr std::size_t channel_statistics_workspace(std::int64_t rows, std::int64_t channels) {
    return reduction_workspace(rows, channels, 2);
}

struct ChannelStatisticsArgs {
    std::int64_t rows;
    std::int64_t channels;
    ElementType type;
    const void* x;  ///< [rows][channels]
    StatisticsOutput statistics;
    /// The BatchNorm of these statistics, finished in the same launch: its mean, variance, count and channels
    /// are those of this pass. Null: only mean and variance are written. Read during the call.
    const BatchNormFinalizeArgs* finalize = nullptr;
};

/// Mean and variance of each channel over the rows, in one pass: deviations from a row of the group, groups
/// combined as Chan, Golub and LeVeque (1979), so a large mean costs no accuracy.
void channel_statistics(const ChannelStatisticsArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

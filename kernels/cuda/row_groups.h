// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/math/host_device.h"

// How passes over an activation are divided among blocks, by shape alone: a block takes a tile of channels
// and a group of rows. Reductions leave one partial result for each group, which the last block of a tile to
// end brings together in the order of the groups.

namespace arcmeter::kernels::cuda {

/// 128 bytes of a half type: a cache line of each row.
constexpr std::int64_t tile_channels = 64;

/// One large block on each of 132 processors: every further one is a partial result that the last block has
/// to wait for and read, which on a device took longer than the pass over a small activation.
constexpr std::int64_t wanted_blocks = 132;

/// Rows of a group are at least this many, so that combining groups stays small beside reading them.
constexpr std::int64_t least_group_rows = 128;

ARCMETER_HD constexpr std::int64_t channel_tiles(std::int64_t channels) {
    return (channels + tile_channels - 1) / tile_channels;
}

ARCMETER_HD constexpr std::int64_t row_groups(std::int64_t rows, std::int64_t channels) {
    const std::int64_t possible = (rows + least_group_rows - 1) / least_group_rows;
    const std::int64_t wanted = wanted_blocks / channel_tiles(channels);
    const std::int64_t groups = possible < wanted ? possible : wanted;
    return groups > 1 ? groups : 1;
}

/// First row of a group; group row_groups() gives rows. The first groups have one row more where rows do not
/// divide evenly.
ARCMETER_HD constexpr std::int64_t row_group_begin(std::int64_t rows, std::int64_t groups,
                                                   std::int64_t group) {
    const std::int64_t more = rows % groups;
    return rows / groups * group + (group < more ? group : more);
}

/// Floats of workspace of a reduction that takes `kinds` sums of each channel.
constexpr std::size_t reduction_workspace(std::int64_t rows, std::int64_t channels, int kinds) {
    return static_cast<std::size_t>(row_groups(rows, channels) * kinds * channel_tiles(channels) *
                                    tile_channels);
}

/// Counters that reductions find their last block by: zeroed once by the caller and left zero by every
/// launch. One array serves all launches of a stream, one after the other; two streams need two.
constexpr std::size_t reduction_counters = 1024;

/// Channels that reduction_counters is enough for.
constexpr std::int64_t most_channels = static_cast<std::int64_t>(reduction_counters) * tile_channels;

}  // namespace arcmeter::kernels::cuda

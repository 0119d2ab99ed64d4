// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/row_groups.h"
#include "kernels/cuda/vector.h"

// The traversal that all passes over [rows][channels] share. A block of 256 threads takes one tile of
// channels and one group of rows: neighbouring threads own neighbouring channels (V each), and all rows of
// threads walk down the group together. Included by .cu files only.

namespace arcmeter::kernels::cuda {

constexpr int tile_threads = 256;

/// Rows whose loads a thread has under way at once.
constexpr int tile_unroll = 4;

template <int V>
struct TilePlace {
    static constexpr int lanes = static_cast<int>(tile_channels) / V;
    static constexpr int row_lanes = tile_threads / lanes;

    int lane;  ///< V channels each
    int row_lane;
    std::int64_t groups;
    std::int64_t group;
    std::int64_t tile;
    std::int64_t channel;  ///< first of this thread's, perhaps beyond the last
    bool active;           ///< channel is one
    std::int64_t begin;    ///< rows of the group
    std::int64_t end;

    __device__ TilePlace(std::int64_t rows, std::int64_t channels)
        : lane(static_cast<int>(threadIdx.x) % lanes),
          row_lane(static_cast<int>(threadIdx.x) / lanes),
          groups(gridDim.x),
          group(blockIdx.x),
          tile(blockIdx.y),
          channel(tile * tile_channels + lane * V),
          active(channel < channels),
          begin(row_group_begin(rows, groups, group)),
          end(row_group_begin(rows, groups, group + 1)) {}

    /// op<count>(row, step): rows row, row + step, ... (count of them) are this thread's next.
    template <class Op>
    __device__ void for_rows(Op op) const {
        if (!active) return;
        std::int64_t row = begin + row_lane;
        for (; row + (tile_unroll - 1) * row_lanes < end; row += tile_unroll * row_lanes) {
            op(Width<tile_unroll>{}, row);
        }
        for (; row < end; row += row_lanes) {
            op(Width<1>{}, row);
        }
    }

    /// Packs of a matrix at the rows of one call of for_rows.
    template <int Count, class E>
    __device__ void load_rows(const E* matrix, std::int64_t row, std::int64_t channels,
                              Pack<E, V> (&packs)[Count]) const {
        const E* address = matrix + row * channels + channel;
#pragma unroll
        for (int u = 0; u < Count; ++u) packs[u] = load<V>(address + u * row_lanes * channels);
    }
};

inline LaunchShape tile_shape(std::int64_t rows, std::int64_t channels) {
    return {dim3(static_cast<unsigned>(row_groups(rows, channels)),
                 static_cast<unsigned>(channel_tiles(channels))),
            dim3(tile_threads)};
}

/// 16-byte accesses need whole packs in every row and all pointers aligned.
template <class... Pointers>
bool wide_tiles(ElementType type, std::int64_t channels, Pointers... pointers) {
    return channels % static_cast<std::int64_t>(16 / size_of(type)) == 0 && aligned_to_16(pointers...);
}

inline void check_tiles(const char* launcher, std::int64_t rows, std::int64_t channels) {
    check_size(launcher, "rows", rows);
    check_size(launcher, "channels", channels, 1, most_channels);
}

}  // namespace arcmeter::kernels::cuda

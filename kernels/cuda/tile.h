// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/row_groups.h"
#include "kernels/cuda/vector.h"

// The traversal that all passes over [rows][channels] share. A block takes one tile of channels and one group
// of rows: neighbouring threads own neighbouring channels (V each), and all rows of threads walk down the
// group together. Included by .cu files only.

namespace arcmeter::kernels::cuda {

/// Threads of a block of a pass that only maps: small, so that blocks come and go.
constexpr int map_threads = 256;

/// Threads of a block of a pass that reduces, see wanted_blocks: so many that each has registers for sums,
/// parameters and the loads of several rows. With twice as many the compiler loads row after row.
constexpr int reduction_threads = 512;

/// Rows whose loads a thread has under way at once.
constexpr int tile_unroll = 4;

template <int V, int Threads>
struct TilePlace {
    static constexpr int threads = Threads;
    static constexpr int lanes = static_cast<int>(tile_channels) / V;
    static constexpr int row_lanes = Threads / lanes;

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

    /// op(Width<count>, row): rows row, row + row_lanes, ... (count of them: tile_unroll, or 2 or 1 at the
    /// end) are this thread's next.
    template <class Op>
    __device__ void for_rows(Op op) const {
        static_assert(tile_unroll == 4);
        if (!active) return;
        std::int64_t row = begin + row_lane;
        for (; row + (tile_unroll - 1) * row_lanes < end; row += tile_unroll * row_lanes)
            op(Width<tile_unroll>{}, row);
        if (row + row_lanes < end) {
            op(Width<2>{}, row);
            row += 2 * row_lanes;
        }
        if (row < end) op(Width<1>{}, row);
    }

    /// Rounds of Round::count rows: row, row + row_lanes, ... Each is loaded while the one before is used, so
    /// that the memory is never idle. load(round, row, valid) and use(round, row, valid): the first `valid`
    /// rows exist.
    template <class Round, class Load, class Use>
    __device__ void for_rounds(Load load, Use use) const {
        constexpr int count = Round::count, step = count * row_lanes;
        std::int64_t row = begin + row_lane;
        if (!active || row >= end) return;
        const auto valid = [&] {
            const std::int64_t rows = (end - row + row_lanes - 1) / row_lanes;
            return rows < count ? static_cast<int>(rows) : count;
        };
        Round round;
        load(round, row, valid());
#pragma unroll 2
        for (; row + step + (count - 1) * row_lanes < end; row += step) {
            Round next;
            load(next, row + step, count);
            use(round, row, count);
            round = next;
        }
        if (row + step < end) {
            Round next;
            row += step;
            load(next, row, valid());
            use(round, row - step, count);
            round = next;
        }
        use(round, row, valid());
    }

    /// The rows of one round; those beyond `valid` are left as they are.
    template <int Count, class E>
    __device__ void load_round(const E* matrix, std::int64_t row, std::int64_t channels, int valid,
                               Words<E, V> (&rows)[Count]) const {
        const E* address = matrix + row * channels + channel;
#pragma unroll
        for (int u = 0; u < Count; ++u) {
            if (u < valid) rows[u] = load_words<V>(address + u * row_lanes * channels);
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

/// For a pass that reduces: groups as row_groups.
inline LaunchShape reduction_shape(std::int64_t rows, std::int64_t channels) {
    return {dim3(static_cast<unsigned>(row_groups(rows, channels)),
                 static_cast<unsigned>(channel_tiles(channels))),
            dim3(reduction_threads)};
}

/// For a pass that only maps with V channels a thread: each thread has one to three rounds of loads.
template <int V>
LaunchShape map_shape(std::int64_t rows, std::int64_t channels) {
    constexpr std::int64_t round = tile_unroll * TilePlace<V, map_threads>::row_lanes;
    constexpr std::int64_t many_blocks = 16 * wanted_blocks;
    const std::int64_t tiles = channel_tiles(channels);
    const std::int64_t rounds = (rows + round - 1) / round;
    const std::int64_t each = rounds * tiles > 2 * many_blocks ? 3 : (rounds * tiles > many_blocks ? 2 : 1);
    return {dim3(static_cast<unsigned>((rounds + each - 1) / each), static_cast<unsigned>(tiles)),
            dim3(map_threads)};
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

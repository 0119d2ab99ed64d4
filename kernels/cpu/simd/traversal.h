// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/row_groups.h"
#include "kernels/cpu/simd/vector.h"
#include "kernels/layout.h"

// One traversal for every layout. Work is cut into items: a tile of neighbouring channels of one channel block,
// over one group of rows. In a planar layout (block 1) a tile is one channel and vectors run along spatial;
// otherwise a tile is unroll vectors of lanes channels and each row is one step.

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

template <int Lanes, int Unroll, bool Planar>
struct Tile {
    static constexpr int lanes = Lanes;
    static constexpr int unroll = Unroll;
    static constexpr bool planar = Planar;
    static constexpr int channels = Planar ? 1 : Lanes * Unroll;
};

/// Calls body with the widest tile that divides the (simplified) layout's block.
template <class Body>
void with_tile(const ActivationLayout& layout, Body body) {
    constexpr int n = native_lanes;
    constexpr int n8 = n < 8 ? n : 8;
    if (layout.block == 1) {
        body(Tile<n, 1, true>{});
    } else if (layout.block % 64 == 0) {
        body(Tile<n, 64 / n, false>{});
    } else if (layout.block % 16 == 0) {
        body(Tile<n, 16 / n, false>{});
    } else if (layout.block % 8 == 0) {
        body(Tile<n8, 8 / n8, false>{});
    } else {
        body(Tile<1, 1, false>{});
    }
}

struct Item {
    std::int64_t channel;  ///< first of the tile
    std::int64_t group;
    std::int64_t row_begin;
    std::int64_t row_end;
};

/// Calls body(item) for all items of a simplified layout, in parallel; neighbouring items are neighbours in
/// memory where one group is one sample or less.
template <class TileType, class Body>
void for_each_item(const ActivationLayout& layout, Body body) {
    const std::int64_t tiles = layout.channels / TileType::channels;
    const std::int64_t groups = row_group_count(layout);
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < tiles * groups; ++i) {
        const std::int64_t group = i / tiles;
        body(Item{i % tiles * TileType::channels, group, row_group_begin(layout, group),
                  row_group_begin(layout, group + 1)});
    }
}

/// Calls body(offset, rows) for pieces of at most max_rows rows that are evenly spaced (layout.block apart).
template <class Body>
void for_each_run(const ActivationLayout& layout, const Item& item, std::int64_t max_rows, Body body) {
    std::int64_t row = item.row_begin;
    while (row < item.row_end) {
        const std::int64_t s = row % layout.spatial;
        std::int64_t rows = layout.spatial - s;
        rows = rows < item.row_end - row ? rows : item.row_end - row;
        rows = rows < max_rows ? rows : max_rows;
        body(layout.offset(row / layout.spatial, item.channel, s), rows);
        row += rows;
    }
}

/// Rows of a piece: 2048 elements, so that what a piece reads and writes stays in the first cache.
template <class TileType>
constexpr std::int64_t piece_rows() {
    return 2048 / TileType::channels;
}

/// Vectors of a per-channel parameter at a tile; a null parameter is `fallback`.
template <int Lanes, int Unroll, bool Planar>
void load_parameter(const float* parameter, std::int64_t channel, float fallback, Vec<Lanes>* out) {
    for (int u = 0; u < Unroll; ++u) {
        if (parameter == nullptr) {
            out[u] = splat<Lanes>(fallback);
        } else if constexpr (Planar) {
            out[u] = splat<Lanes>(parameter[channel]);
        } else {
            out[u] = load<Lanes>(parameter + channel + u * Lanes);
        }
    }
}

/// op(u, element index) for the vectors of rows that lie step elements apart.
template <int Lanes, int Unroll, class Op>
[[gnu::always_inline]] inline void walk(std::int64_t offset, std::int64_t rows, std::int64_t step, Op op) {
    for (std::int64_t r = 0; r < rows; ++r) {
#pragma GCC unroll 16
        for (int u = 0; u < Unroll; ++u) {
            op(u, offset + r * step + u * Lanes);
        }
    }
}

/// All elements of a run of a tile: op for whole vectors, tail_op for a planar run's single last elements.
template <class TileType, class Op, class TailOp>
[[gnu::always_inline]] inline void walk_tile(std::int64_t offset, std::int64_t rows, std::int64_t block, Op op,
                                             TailOp tail_op) {
    constexpr int n = TileType::lanes;
    if constexpr (TileType::planar) {
        const std::int64_t vectors = rows / n;
        walk<n, 1>(offset, vectors, n, op);
        walk<1, 1>(offset + vectors * n, rows - vectors * n, 1, tail_op);
    } else {
        walk<n, TileType::unroll>(offset, rows, block, op);
    }
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

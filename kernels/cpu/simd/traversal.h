// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/row_groups.h"
#include "kernels/cpu/simd/vector.h"
#include "kernels/layout.h"

// One traversal for every layout. A tile is a few neighbouring channels of one channel block. In a planar
// layout (block 1) it is one channel and vectors run along spatial; otherwise it is unroll vectors of lanes
// channels and each row is one step.

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

template <int Lanes, int Unroll, bool Planar>
struct Tile {
    static constexpr int lanes = Lanes;
    static constexpr int unroll = Unroll;
    static constexpr bool planar = Planar;
    static constexpr int channels = Planar ? 1 : Lanes * Unroll;
    /// 2048 elements, so that what is read and written of a piece stays in the first cache.
    static constexpr std::int64_t piece_rows = 2048 / channels;
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

/// A piece of one tile: rows that lie evenly spaced (layout.block apart), few enough to stay in the first
/// cache.
struct Piece {
    std::int64_t channel;      ///< first of the tile
    std::int64_t group;        ///< row group
    std::int64_t rows_before;  ///< rows of this group and tile in earlier pieces
    std::int64_t offset;       ///< element index of the first row
    std::int64_t rows;
};

/// The tiles from first to last - 1 over the rows of one group.
struct Item {
    std::int64_t group;
    std::int64_t first_tile;
    std::int64_t last_tile;
};

/// All pieces of an item in the order of memory: sample by sample, tile by tile, or where the tiles of a row
/// are neighbours (one channel block) a few rows at a time, tile by tile.
template <class TileType, class Body>
void for_each_piece_of(const ActivationLayout& layout, const Item& item, Body body) {
    constexpr std::int64_t max_rows = TileType::piece_rows;
    const std::int64_t begin = row_group_begin(layout, item.group);
    const std::int64_t end = row_group_begin(layout, item.group + 1);
    const std::int64_t few = layout.channels < 512 ? 2048 / layout.channels : 4;
    const std::int64_t longest = layout.block == layout.channels ? few : layout.spatial;
    std::int64_t row = begin;
    while (row < end) {
        const std::int64_t sample = row / layout.spatial;
        const std::int64_t s = row % layout.spatial;
        std::int64_t run = layout.spatial - s;
        run = run < end - row ? run : end - row;
        run = run < longest ? run : longest;
        for (std::int64_t tile = item.first_tile; tile < item.last_tile; ++tile) {
            const std::int64_t channel = tile * TileType::channels;
            const std::int64_t offset = layout.offset(sample, channel, s);
            for (std::int64_t done = 0; done < run; done += max_rows) {
                const std::int64_t rows = run - done < max_rows ? run - done : max_rows;
                body(Piece{channel, item.group, row - begin + done, offset + done * layout.block, rows});
            }
        }
        row += run;
    }
}

/// Calls body(piece) for all pieces of a simplified layout, in parallel over row groups and, if those are
/// few, over tiles. The pieces of one group and tile are visited in order by one thread.
template <class TileType, class Body>
void for_each_piece(const ActivationLayout& layout, Body body) {
    constexpr std::int64_t wanted_items = 64;
    const std::int64_t tiles = layout.channels / TileType::channels;
    const std::int64_t groups = row_group_count(layout);
    std::int64_t parts = (wanted_items + groups - 1) / groups;
    parts = parts < tiles ? parts : tiles;
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (std::int64_t i = 0; i < groups * parts; ++i) {
            const std::int64_t part = i % parts;
            for_each_piece_of<TileType>(
                layout, Item{i / parts, tiles * part / parts, tiles * (part + 1) / parts}, body);
        }
        finish_streaming();
    }
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

/// All elements of a piece: op for whole vectors, tail_op for a planar piece's single last elements.
template <class TileType, class Op, class TailOp>
[[gnu::always_inline]] inline void walk_tile(const Piece& piece, std::int64_t block, Op op, TailOp tail_op) {
    constexpr int n = TileType::lanes;
    if constexpr (TileType::planar) {
        const std::int64_t vectors = piece.rows / n;
        walk<n, 1>(piece.offset, vectors, n, op);
        walk<1, 1>(piece.offset + vectors * n, piece.rows - vectors * n, 1, tail_op);
    } else {
        walk<n, TileType::unroll>(piece.offset, piece.rows, block, op);
    }
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

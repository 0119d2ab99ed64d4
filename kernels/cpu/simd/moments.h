// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/simd/traversal.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

template <int Width, int N>
[[gnu::always_inline]] inline Vec<Width> first_lanes(Vec<N> value) {
    if constexpr (Width == N) {
        return value;
    } else {
        return lane<N>(value, 0);
    }
}

/// Adds a piece to what is at mean_place and squares_place, or starts there if it is the first (before = 0).
template <int N>
[[gnu::always_inline]] inline void combine_moments(Vec<N> mean, Vec<N> squares, float before, float share,
                                                   float* mean_place, float* squares_place) {
    if (before > 0) {
        const Vec<N> old_mean = load<N>(mean_place);
        const Vec<N> delta = mean - old_mean;
        mean = old_mean + delta * share;
        squares += load<N>(squares_place) + delta * delta * (before * share);
    }
    store<N>(mean_place, mean);
    store<N>(squares_place, squares);
}

/// Mean and sum of squared deviations of each channel, gathered piece by piece in two places of the workspace: a
/// piece's own mean first, then deviations from it, then the combination of Chan, Golub and LeVeque (1979).
template <class TileType, class E>
void add_moments(const E* x, std::int64_t block, const Piece& piece, float* mean_place, float* squares_place) {
    constexpr int n = TileType::lanes;
    constexpr int unroll = TileType::unroll;
    constexpr int row_unroll = unroll < 4 ? 4 / unroll : 1;
    constexpr int slots = unroll * row_unroll;
    const auto total = [](const Vec<n>* slot, float tail) {
        Vec<n> value = slot[0];
        for (int k = 1; k < row_unroll; ++k) {
            value += slot[k * unroll];
        }
        if constexpr (TileType::planar) {
            return splat<n>(sum_lanes<n>(value) + tail);
        } else {
            return value;
        }
    };
    const float count = static_cast<float>(piece.rows);
    Vec<n> sum[slots] = {};
    float tail_sum = 0;
    walk_tile<TileType, row_unroll>(
        piece, block, [&](int, std::int64_t i, int slot) { sum[slot] += load<n>(x + i); },
        [&](int, std::int64_t i, int) { tail_sum += load<1>(x + i); });
    Vec<n> mean[unroll];
    for (int u = 0; u < unroll; ++u) {
        mean[u] = total(sum + u, tail_sum) * (1.0f / count);
    }
    const float tail_mean = lane<n>(mean[0], 0);
    Vec<n> squares[slots] = {};
    float tail_squares = 0;
    walk_tile<TileType, row_unroll>(
        piece, block,
        [&](int u, std::int64_t i, int slot) {
            const Vec<n> deviation = load<n>(x + i) - mean[u];
            squares[slot] += deviation * deviation;
        },
        [&](int, std::int64_t i, int) {
            const float deviation = load<1>(x + i) - tail_mean;
            tail_squares += deviation * deviation;
        });
    const float before = static_cast<float>(piece.rows_before);
    const float share = count / (before + count);
    for (int u = 0; u < unroll; ++u) {
        const Vec<n> piece_squares = total(squares + u, tail_squares);
        constexpr int width = TileType::planar ? 1 : n;
        combine_moments<width>(first_lanes<width, n>(mean[u]), first_lanes<width, n>(piece_squares), before, share,
                               mean_place + u * n, squares_place + u * n);
    }
}

/// Where the pieces of a row group and tile leave value k of kinds.
inline float* partial(float* workspace, const ActivationLayout& layout, const Piece& piece, int kinds, int k) {
    return workspace + (piece.group * kinds + k) * layout.channels + piece.channel;
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

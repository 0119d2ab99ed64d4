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

/// Sums of deviations, and of their squares, from a value of the piece itself (its first row). What cancels
/// when the mean is taken out again is at most rows of the piece times rounding: the first row alone brings
/// the variance to 1 / rows of its squared distance from the mean. So one pass is enough, whatever the mean.
template <int N, int Unroll>
struct DeviationSums {
    Vec<N> origin[Unroll];
    Vec<N> sum[Unroll] = {};
    Vec<N> squares[Unroll] = {};

    [[gnu::always_inline]] void add(int u, Vec<N> value) {
        const Vec<N> deviation = value - origin[u];
        sum[u] += deviation;
        squares[u] += deviation * deviation;
    }
};

/// Brings a piece's sums to the moments in two places of the workspace. `tail` holds a planar piece's single
/// last elements, with the same origin.
template <class TileType>
void add_moments(const DeviationSums<TileType::lanes, TileType::unroll>& sums,
                 const DeviationSums<1, 1>& tail, const Piece& piece, float* mean_place,
                 float* squares_place) {
    constexpr int n = TileType::lanes;
    constexpr int width = TileType::planar ? 1 : n;
    const auto across_lanes = [](Vec<n> value, float tail_value) {
        if constexpr (TileType::planar) {
            return sum_lanes<n>(value) + tail_value;
        } else {
            return value;
        }
    };
    const float count = static_cast<float>(piece.rows);
    const float before = static_cast<float>(piece.rows_before);
    const float share = count / (before + count);
    for (int u = 0; u < TileType::unroll; ++u) {
        const Vec<width> sum = across_lanes(sums.sum[u], tail.sum[0]);
        const Vec<width> squares = across_lanes(sums.squares[u], tail.squares[0]);
        const Vec<width> deviation = sum * (1.0f / count);
        combine_moments<width>(first_lanes<width, n>(sums.origin[u]) + deviation, squares - sum * deviation,
                               before, share, mean_place + u * n, squares_place + u * n);
    }
}

/// Where the pieces of a row group and tile leave value k of kinds.
inline float* partial(float* workspace, const ActivationLayout& layout, const Piece& piece, int kinds,
                      int k) {
    return workspace + (piece.group * kinds + k) * layout.channels + piece.channel;
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

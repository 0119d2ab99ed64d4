// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/simd/traversal.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

/// Running count, mean and sum of squared deviations of each channel of a tile. Pieces are added whole: their
/// own mean first, then deviations from it, then the combination of Chan, Golub and LeVeque (1979).
template <class TileType>
class Moments {
    static constexpr int n = TileType::lanes;
    static constexpr int unroll = TileType::unroll;

public:
    template <class E>
    void add_piece(const E* x, std::int64_t offset, std::int64_t rows, std::int64_t block) {
        Vec<n> sum[unroll] = {};
        float tail = 0;
        walk_tile<TileType>(
            offset, rows, block, [&](int u, std::int64_t i) { sum[u] += load<n>(x + i); },
            [&](int, std::int64_t i) { tail += load<1>(x + i); });
        const float count = static_cast<float>(rows);
        Vec<n> mean[unroll];
        for (int u = 0; u < unroll; ++u) {
            mean[u] = across_lanes(sum[u], tail) / count;
        }
        Vec<n> squares[unroll] = {};
        float tail_squares = 0;
        const float tail_mean = lane<n>(mean[0], 0);
        walk_tile<TileType>(
            offset, rows, block,
            [&](int u, std::int64_t i) {
                const Vec<n> deviation = load<n>(x + i) - mean[u];
                squares[u] += deviation * deviation;
            },
            [&](int, std::int64_t i) {
                const float deviation = load<1>(x + i) - tail_mean;
                tail_squares += deviation * deviation;
            });
        for (int u = 0; u < unroll; ++u) {
            combine(u, count, mean[u], across_lanes(squares[u], tail_squares));
        }
        count_ += count;
    }

    /// Writes [channels of the tile] values at each pointer.
    void store_to(float* mean, float* squares) const {
        if constexpr (TileType::planar) {
            *mean = lane<n>(mean_[0], 0);
            *squares = lane<n>(squares_[0], 0);
        } else {
            for (int u = 0; u < unroll; ++u) {
                store<n>(mean + u * n, mean_[u]);
                store<n>(squares + u * n, squares_[u]);
            }
        }
    }

private:
    static Vec<n> across_lanes(Vec<n> value, float tail) {
        if constexpr (TileType::planar) {
            return splat<n>(sum_lanes<n>(value) + tail);
        } else {
            return value;
        }
    }

    void combine(int u, float count, Vec<n> mean, Vec<n> squares) {
        const float share = count / (count_ + count);
        const Vec<n> delta = mean - mean_[u];
        mean_[u] += delta * share;
        squares_[u] += squares + delta * delta * (count_ * share);
    }

    float count_ = 0;
    Vec<n> mean_[unroll] = {};
    Vec<n> squares_[unroll] = {};
};

/// Places in the workspace where an item of a tile leaves value k of kinds.
inline float* partial(float* workspace, const ActivationLayout& layout, const Item& item, int kinds, int k) {
    return workspace + (item.group * kinds + k) * layout.channels + item.channel;
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

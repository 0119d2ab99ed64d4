// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

// Passes over short rows (embeddings, class centres): a warp takes a row. Included by .cu files only.

namespace arcmeter::kernels::cuda {

constexpr int warp_lanes = 32;
constexpr int rows_per_block = 8;
constexpr float norm_eps = 1e-10f;

/// Elements of one access along a row of floats.
constexpr int row_width = 4;

__device__ inline int warp_lane() {
    return static_cast<int>(threadIdx.x) % warp_lanes;
}

/// The warp's row, perhaps beyond the last.
__device__ inline std::int64_t warp_row() {
    return static_cast<std::int64_t>(blockIdx.x) * rows_per_block + threadIdx.x / warp_lanes;
}

/// Sum over the warp, the same in every lane.
__device__ inline float warp_sum(float value) {
#pragma unroll
    for (int distance = warp_lanes / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(0xffffffffu, value, distance);
    }
    return value;
}

__device__ inline int warp_sum(int value) {
#pragma unroll
    for (int distance = warp_lanes / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(0xffffffffu, value, distance);
    }
    return value;
}

/// op(i) for the first element of each of this lane's packs of a row; width is a multiple of V.
template <int V, class Op>
__device__ void for_row(std::int64_t width, Op op) {
#pragma unroll 4
    for (std::int64_t i = warp_lane() * V; i < width; i += warp_lanes * V) op(i);
}

inline LaunchShape warp_rows_shape(std::int64_t rows) {
    return {dim3(blocks_for(rows, rows_per_block)), dim3(warp_lanes * rows_per_block)};
}

/// Columns of a run that are in use: `count` (null: no limit) counts from column 0 of the first run.
__device__ inline std::int64_t columns_in_use(const std::int32_t* count, std::int64_t first_column,
                                              std::int64_t columns) {
    if (count == nullptr) return columns;
    const std::int64_t left = *count - first_column;
    return left < 0 ? 0 : (left < columns ? left : columns);
}

}  // namespace arcmeter::kernels::cuda

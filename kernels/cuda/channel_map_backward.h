// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/row_groups.h"
#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

// Backward of y = prelu(z), z = scale x + shift, where scale = gamma inv_std and shift = beta - mean scale
// come from batch_norm_finalize:
//   dz = dy (z > 0 ? 1 : slope), xhat = (x - mean) inv_std
//   dbeta = sum dz, dgamma = sum dz xhat, dslope = sum over z <= 0 of dy z
//   dx = scale (dz - dbeta / M - xhat dgamma / M), M = rows                 (Ioffe and Szegedy, 2015)

namespace arcmeter::kernels::cuda {

/// Floats of workspace for channel_map_backward_reduce.
constexpr std::size_t channel_map_backward_workspace(std::int64_t rows, std::int64_t channels) {
    return reduction_workspace(rows, channels, 3);
}

struct ChannelMapBackwardReduceArgs {
    std::int64_t rows;
    std::int64_t channels;
    ElementType type;
    const void* x;  ///< null only if mean and slope are null (sum_dz alone: a bias gradient)
    const void* dy;
    const float* mean = nullptr;  ///< [channels] that xhat uses, with inv_std; or both null: no xhat
    const float* inv_std = nullptr;
    const float* scale = nullptr;  ///< null: 1
    const float* shift = nullptr;  ///< null: 0
    const float* slope = nullptr;  ///< null: no PReLU
    float* sum_dz = nullptr;       ///< [channels] each; a null one is not written
    float* sum_dz_xhat = nullptr;  ///< needs mean
    float* sum_dslope = nullptr;   ///< needs slope
    float* workspace = nullptr;    ///< channel_map_backward_workspace floats, 16-byte aligned
    unsigned* counters = nullptr;  ///< reduction_counters, zero
};

/// The three per-channel sums in one pass over x and dy.
void channel_map_backward_reduce(const ChannelMapBackwardReduceArgs& args, Stream stream);

struct ChannelMapBackwardApplyArgs {
    std::int64_t rows;
    std::int64_t channels;
    ElementType type;
    const void* x;  ///< null only if mean and slope are null
    const void* dy;
    const float* mean = nullptr;  ///< of the batch; null: no statistics behind scale, as frozen
    const float* inv_std = nullptr;
    const float* scale = nullptr;        ///< null: 1
    const float* shift = nullptr;        ///< null: 0
    const float* slope = nullptr;        ///< null: no PReLU
    const float* sum_dz = nullptr;       ///< needed with batch statistics
    const float* sum_dz_xhat = nullptr;  ///< needed with batch statistics
    bool frozen = false;                 ///< statistics were constants: dx = scale dz
    const void* add = nullptr;           ///< added to dx (a gradient that another branch left); or null
    void* dx = nullptr;                  ///< may be x, dy or add
};

/// dx from x, dy and the sums.
void channel_map_backward_apply(const ChannelMapBackwardApplyArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

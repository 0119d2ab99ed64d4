// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/cuda/stream.h"

namespace arcmeter::kernels::cuda {

struct BatchNormFinalizeArgs {
    std::int64_t channels;
    std::int64_t count;     ///< values per channel, batch * height * width
    const float* mean;      ///< [channels], of the batch
    const float* variance;  ///< [channels], of the batch, biased
    const float* gamma;     ///< [channels] or null: 1
    const float* beta;      ///< [channels] or null: 0
    float eps;
    float momentum;       ///< running = momentum * running + (1 - momentum) * batch
    float* running_mean;  ///< [channels], updated; or null
    float* running_var;   ///< [channels], updated with the unbiased variance; or null
    float* inv_std;       ///< [channels], 1 / sqrt(variance + eps)
    float* scale;         ///< [channels], gamma * inv_std
    float* shift;         ///< [channels], beta - mean * scale
};

/// Turns batch statistics into the per-channel affine map y = scale x + shift, and updates the running
/// statistics. With count 1 the unbiased variance is taken as the biased one (0). The passes that take
/// statistics do the same as their last act where they are given these arguments (channel_statistics.h).
void batch_norm_finalize(const BatchNormFinalizeArgs& args, Stream stream);

struct BatchNormInferenceArgs {
    std::int64_t channels;
    const float* running_mean;
    const float* running_var;
    const float* gamma;  ///< or null: 1
    const float* beta;   ///< or null: 0
    float eps;
    float* inv_std;  ///< [channels] or null
    float* scale;
    float* shift;
};

/// The affine map of frozen (running) statistics.
void batch_norm_inference(const BatchNormInferenceArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

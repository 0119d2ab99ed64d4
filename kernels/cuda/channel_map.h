// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/channel_statistics.h"

namespace arcmeter::kernels::cuda {

/// scale[c] * data + shift[c]; a null scale is 1, a null shift 0.
struct ChannelMapOperand {
    const void* data = nullptr;
    const float* scale = nullptr;
    const float* shift = nullptr;
};

struct ChannelMapArgs {
    std::int64_t rows;
    std::int64_t channels;
    ElementType type;
    ChannelMapOperand a;
    ChannelMapOperand b;                              ///< added if its data is not null
    const float* slope = nullptr;                     ///< [channels] of PReLU, applied last; or null: none
    void* output = nullptr;                           ///< may be a.data or b.data
    StatisticsOutput statistics;                      ///< of the output as stored, taken in the same pass
    const BatchNormFinalizeArgs* finalize = nullptr;  ///< as in ChannelStatisticsArgs
};

/// y = prelu(affine(a) + affine(b)): BatchNorm, BatchNorm + PReLU, BatchNorm + Add, PReLU and bias in one
/// pass.
void channel_map(const ChannelMapArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

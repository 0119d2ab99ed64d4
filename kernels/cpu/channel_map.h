// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/channel_statistics.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cpu {

/// scale[c] * data + shift[c]; a null scale is 1, a null shift 0.
struct ChannelMapOperand {
    const void* data = nullptr;
    const float* scale = nullptr;
    const float* shift = nullptr;
};

struct ChannelMapArgs {
    ActivationLayout layout;
    ElementType type;
    ChannelMapOperand a;
    ChannelMapOperand b;           ///< added if its data is not null
    const float* slope = nullptr;  ///< [channels] of PReLU, applied last; or null: none
    void* output = nullptr;        ///< may be a.data or b.data
    float* mean = nullptr;       ///< [channels]: statistics of the output as stored (as channel_statistics),
    float* variance = nullptr;   ///< [channels], taken in the same pass; both null: none
    float* workspace = nullptr;  ///< channel_statistics_workspace(layout) floats if statistics are asked for
};

/// y = prelu(affine(a) + affine(b)): BatchNorm, BatchNorm + PReLU, BatchNorm + Add, PReLU and bias in one
/// pass.
void channel_map(const ChannelMapArgs& args);

}  // namespace arcmeter::kernels::cpu

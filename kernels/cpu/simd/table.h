// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/add.h"
#include "kernels/cpu/channel_map.h"
#include "kernels/cpu/channel_map_backward.h"
#include "kernels/cpu/channel_statistics.h"
#include "kernels/cpu/depthwise.h"
#include "kernels/cpu/margin_softmax.h"
#include "kernels/cpu/sgd.h"
#include "kernels/cpu/unit_norm.h"

namespace arcmeter::kernels::cpu {

/// The vectorised part of each launcher, once per instruction set. Layouts are simplified, and what does not
/// need vectors (combining partial results, choosing a path) happens in the launchers themselves.
struct KernelTable {
    /// Leave partial results of each row group in the workspace: mean and squares; the three sums.
    void (*statistics_partials)(const ChannelStatisticsArgs&);
    /// A last bool: whether the output is to be written past the caches.
    void (*channel_map)(const ChannelMapArgs&, bool);
    void (*backward_reduce_partials)(const ChannelMapBackwardReduceArgs&);
    void (*backward_apply)(const ChannelMapBackwardApplyArgs&, bool);
    void (*add)(ElementType, std::int64_t, const void*, const void*, void*);
    void (*to_bfloat16)(std::int64_t, const float*, bfloat16*);
    void (*to_float)(std::int64_t, const bfloat16*, float*);
    /// 3x3, pad 1, stride 1 or 2. The workspace takes one set of weight gradients per sample group.
    void (*depthwise3_forward)(const DepthwiseShape&, ElementType, const void*, const float*, void*, bool);
    void (*depthwise3_data_gradient)(const DepthwiseShape&, ElementType, const void*, const float*, void*,
                                     bool);
    void (*depthwise3_weight_partials)(const DepthwiseShape&, ElementType, const void*, const void*, float*);
    /// One output per channel.
    void (*depthwise_global_forward)(const DepthwiseShape&, ElementType, const void*, const float*, void*);
    void (*depthwise_global_data_gradient)(const DepthwiseShape&, ElementType, const void*, const float*,
                                           void*);
    void (*depthwise_global_weight_gradient)(const DepthwiseShape&, ElementType, const void*, const void*,
                                             float*);
    /// Null parameters: only the copies are written.
    void (*sgd_update)(const SgdTensor*, std::int64_t, const SgdParameters*);
    void (*inverse_norms)(ElementType, std::int64_t, std::int64_t, const void*, float*);
    void (*unit_norm)(ElementType, std::int64_t, std::int64_t, const void*, float*, float*);
    void (*unit_norm_backward)(ElementType, std::int64_t, std::int64_t, const float*, const float*,
                               const float*, void*);
    void (*softmax_forward_chunk)(const LogitChunk&, float, float*, float*, float*);
    void (*softmax_backward_chunk)(const BackwardChunkArgs&);
    void (*centre_gradient)(const CentreGradientArgs&);
    void (*centre_update)(const CentreUpdateArgs&);
};

/// Of the instruction set in use.
const KernelTable& kernel_table();

}  // namespace arcmeter::kernels::cpu

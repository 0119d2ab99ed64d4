// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

// The functions behind KernelTable, in this instruction set's namespace.

void statistics_partials(const ChannelStatisticsArgs& args);
void channel_map(const ChannelMapArgs& args, bool stream);
void backward_reduce_partials(const ChannelMapBackwardReduceArgs& args);
void backward_apply(const ChannelMapBackwardApplyArgs& args, bool stream);
void add(ElementType type, std::int64_t count, const void* a, const void* b, void* y);
void to_bfloat16(std::int64_t count, const float* x, bfloat16* y);
void to_float(std::int64_t count, const bfloat16* x, float* y);
void depthwise3_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                        void* y, bool stream);
void depthwise3_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                              const float* weight, void* dx, bool stream);
void depthwise3_weight_partials(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                                float* partials);
void depthwise_global_forward(const DepthwiseShape& shape, ElementType type, const void* x,
                              const float* weight, void* y);
void depthwise_global_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                                    const float* weight, void* dx);
void depthwise_global_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x,
                                      const void* dy, float* weight_gradient);
void sgd_update(const SgdTensor* tensors, std::int64_t tensor_count, const SgdParameters* parameters);
void inverse_norms(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse);
void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat);
void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx);
void softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                           float* target_cos);
void softmax_backward_chunk(const BackwardChunkArgs& args);
void centre_gradient(const CentreGradientArgs& args);
void centre_update(const CentreUpdateArgs& args);

extern const KernelTable table;

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

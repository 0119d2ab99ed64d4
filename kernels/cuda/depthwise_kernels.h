// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/depthwise.h"

// The three ways that depthwise.cu chooses between; the arguments are checked there.

namespace arcmeter::kernels::cuda {

/// Kernel 3, pad 1, stride 1 or 2; channels and pointers allow accesses of 16 bytes.
void depthwise3_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                        void* y, Stream stream);
void depthwise3_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                              const float* weight, void* dx, Stream stream);
void depthwise3_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                                float* weight_gradient, float* workspace, Stream stream);

/// Kernel = height = width, pad 0: one pixel of output. Accesses as above.
void depthwise_global_forward(const DepthwiseShape& shape, ElementType type, const void* x,
                              const float* weight, void* y, Stream stream);
void depthwise_global_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                                    const float* weight, void* dx, Stream stream);
void depthwise_global_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x,
                                      const void* dy, float* weight_gradient, Stream stream);

/// Everything else, an element a thread.
void depthwise_plain_forward(const DepthwiseShape& shape, ElementType type, const void* x,
                             const float* weight, void* y, Stream stream);
void depthwise_plain_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                                   const float* weight, void* dx, Stream stream);
void depthwise_plain_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x,
                                     const void* dy, float* weight_gradient, Stream stream);

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cuda {

/// y[i] = x[i] rounded to nearest even, for count elements; x and y do not overlap.
void convert(std::int64_t count, ElementType x_type, const void* x, ElementType y_type, void* y,
             Stream stream);

struct ReorderArgs {
    std::int64_t batch;
    std::int64_t channels;
    std::int64_t spatial;        ///< height * width
    std::int64_t nhwc_channels;  ///< as stored in NHWC, channels or more
};

/// Float NCHW to NHWC of the given type; channels beyond args.channels are written 0. The images of a step,
/// and tensors that are set from outside.
void nchw_to_nhwc(const ReorderArgs& args, const float* x, ElementType y_type, void* y, Stream stream);

/// NHWC of the given type to float NCHW, without the channels beyond args.channels.
void nhwc_to_nchw(const ReorderArgs& args, ElementType x_type, const void* x, float* y, Stream stream);

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/depthwise.h"

namespace arcmeter::kernels::cpu {

/// Groups of samples whose weight gradients are summed apart: by the shape alone, so that the result does not
/// depend on threads.
ARCMETER_HD std::int64_t depthwise_group_count(const DepthwiseShape& shape) {
    const std::int64_t wanted = 1 + 128 / ((shape.channels + 15) / 16);
    return wanted < shape.batch ? wanted : shape.batch;
}

}  // namespace arcmeter::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels::cpu {

struct DropoutArgs {
    ActivationLayout layout;
    ElementType type;
    const void* x;
    void* y;     ///< may be x
    float drop;  ///< share of the elements set to 0, in [0, 1)
    std::uint64_t seed;
    std::uint64_t step;             ///< a new mask for each
    std::int64_t first_sample = 0;  ///< index of sample 0 in the global batch, so ranks draw different masks
};

/// y = x * mask / (1 - drop). An element is kept if random_bits(seed, step, index) >= drop * 2^32, index
/// counting in NCHW order whatever the layout. The same call on dy, with the same seed and step, is the
/// backward pass.
void dropout(const DropoutArgs& args);

}  // namespace arcmeter::kernels::cpu

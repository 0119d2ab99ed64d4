// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/step_state.h"
#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cuda {

struct DropoutArgs {
    std::int64_t batch;
    std::int64_t channels;
    std::int64_t spatial;  ///< height * width
    ElementType type;
    const void* x;
    void* y;     ///< may be x
    float drop;  ///< share of the elements set to 0, in [0, 1)
    std::uint64_t seed;
    const StepState* state;         ///< its step: a new mask for each
    std::int64_t first_sample = 0;  ///< index of sample 0 in the global batch, so ranks draw different masks
};

/// y = x * mask / (1 - drop), with the CPU's masks: an element is kept if random_bits(seed, step, index) >=
/// drop * 2^32, index counting in NCHW order. The same call on dy in the same step is the backward pass.
void dropout(const DropoutArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

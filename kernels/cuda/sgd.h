// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/cuda/step_state.h"
#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cuda {

/// A trained tensor. All tensors of a launch are one long line of tiles, of which every block takes one.
struct SgdTensor {
    float* weight;  ///< FP32 master
    const float*
        gradient;  ///< times the loss scale; null, as momentum, in a table for refreshing copies alone
    float* momentum;
    std::int64_t count;
    float decay;
    ElementType half_type = ElementType::bf16;  ///< of half_copy
    void* half_copy = nullptr;                  ///< the new weights rounded, in their own order; or null
    std::int64_t first_tile = 0;                ///< set by lay_out_tiles
};

/// A table of tensors in device memory: the host's, after lay_out_tiles, copied as it is.
struct SgdTensors {
    const SgdTensor* tensors;
    std::int64_t count;
    std::int64_t tiles;
};

/// Sets first_tile of each tensor, in host memory; returns how many tiles there are.
std::int64_t lay_out_tiles(std::span<SgdTensor> tensors);

struct SgdParameters {
    float momentum;
    float gradient_scale = 1;  ///< 1 / ranks where gradients are summed over them
    const StepState* state;    ///< learning rate; the loss scale divides gradient_scale; overflow skips all
};

/// v = momentum v - rate (gradient_scale / loss_scale g + decay w); w += v, for all tensors in one launch,
/// with the half copies written in the same pass. Nothing is changed in a step whose `overflow` is set.
void sgd_update(const SgdTensors& tensors, const SgdParameters& parameters, Stream stream);

/// Writes the half copies from the weights as they are (after loading or initialising them).
void sgd_refresh_copies(const SgdTensors& tensors, Stream stream);

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
// Tensors between logical order (OIHW, [out, in], NCHW, as files and people have them) and the CUDA program's
// own, in host memory.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/backend/cuda/cuda_program.h"

namespace arcmeter::backend::cuda {

/// Parameters, gradients, momentum, statistics: `physical` has stored_elements() values, `logical`
/// shape.elements().
void from_logical(const CudaProgram& program, graph::TensorId id, std::span<const float> logical,
                  std::span<float> physical);
void to_logical(const CudaProgram& program, graph::TensorId id, std::span<const float> physical,
                std::span<float> logical);

/// An activation as it lies in memory, NHWC in its own type, to logical order.
void activation_to_logical(const CudaProgram& program, graph::TensorId id, const std::byte* physical,
                           std::span<float> logical);

}  // namespace arcmeter::backend::cuda

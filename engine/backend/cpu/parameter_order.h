// SPDX-License-Identifier: Apache-2.0
// Parameters between logical order (OIHW, [out, in], as files and people have them) and the CPU program's
// own.
#pragma once

#include <span>

#include "engine/backend/cpu/cpu_program.h"

namespace arcmeter::backend::cpu {

/// `physical` has the size that the program's arena gives the tensor; `logical` has shape.elements() values.
void from_logical(const CpuProgram& program, graph::TensorId id, std::span<const float> logical,
                  float* physical);
void to_logical(const CpuProgram& program, graph::TensorId id, const float* physical,
                std::span<float> logical);

}  // namespace arcmeter::backend::cpu

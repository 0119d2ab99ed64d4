// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/unit_norm.h"

// The launchers of the same names in plain loops, sums in double.

namespace arcmeter::kernels::cpu::reference {

void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat);
void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx);

}  // namespace arcmeter::kernels::cpu::reference

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

// Rows of unit length: xhat = x * inverse, inverse = 1 / sqrt(sum x^2 + 1e-10).

namespace arcmeter::kernels::cpu {

/// inverse[rows] of x [rows][width].
void inverse_norms(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse);

/// As inverse_norms, and writes xhat [rows][width] in float; xhat may be x if that is float.
void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat);

/// dx = inverse (dxhat - xhat (xhat . dxhat)), exact with the eps too. dx, of the given type, may be dxhat or
/// xhat if that is float.
void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx);

}  // namespace arcmeter::kernels::cpu

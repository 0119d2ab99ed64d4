// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

// Rows of unit length: xhat = x * inverse, inverse = 1 / sqrt(sum x^2 + 1e-10).

namespace arcmeter::kernels::cuda {

/// inverse[rows] of x [rows][width].
void inverse_norms(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
                   Stream stream);

/// As inverse_norms, and writes xhat [rows][width] in float; xhat may be x if that is float. half_copy: xhat
/// rounded to half_type, for the head's products; or null.
void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat, ElementType half_type, void* half_copy, Stream stream);

/// dx = inverse (dxhat - xhat (xhat . dxhat)), exact with the eps too. dx, of the given type, may be dxhat or
/// xhat if that is float.
void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx, Stream stream);

}  // namespace arcmeter::kernels::cuda

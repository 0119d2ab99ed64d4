// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/unit_norm.h"

#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

void inverse_norms(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse) {
    kernel_table().inverse_norms(type, rows, width, x, inverse);
}

void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat) {
    kernel_table().unit_norm(type, rows, width, x, inverse, xhat);
}

void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx) {
    kernel_table().unit_norm_backward(type, rows, width, xhat, inverse, dxhat, dx);
}

}  // namespace arcmeter::kernels::cpu

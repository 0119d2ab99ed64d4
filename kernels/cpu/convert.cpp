// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/convert.h"

#include "kernels/cpu/simd/table.h"
#include "kernels/elements.h"

namespace arcmeter::kernels::cpu {

void convert(std::int64_t count, const float* x, bfloat16* y) {
    kernel_table().to_bfloat16(count, x, y);
}

void convert(std::int64_t count, const bfloat16* x, float* y) {
    kernel_table().to_float(count, x, y);
}

void reorder(const ActivationLayout& x_layout, ElementType x_type, const void* x,
             const ActivationLayout& y_layout, ElementType y_type, void* y) {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < x_layout.batch; ++n) {
        for (std::int64_t c = 0; c < x_layout.channels; ++c) {
            for (std::int64_t s = 0; s < x_layout.spatial; ++s) {
                write_element(y_type, y, y_layout.offset(n, c, s),
                              read_element(x_type, x, x_layout.offset(n, c, s)));
            }
        }
    }
}

}  // namespace arcmeter::kernels::cpu

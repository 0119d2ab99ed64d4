// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/unit_norm.h"

#include <cmath>

#include "kernels/elements.h"

namespace arcmeter::kernels::cpu::reference {

void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat) {
    for (std::int64_t r = 0; r < rows; ++r) {
        double squares = 0;
        for (std::int64_t i = r * width; i < (r + 1) * width; ++i) {
            const double value = static_cast<double>(read_element(type, x, i));
            squares += value * value;
        }
        const double factor = 1.0 / std::sqrt(squares + 1e-10);
        inverse[r] = static_cast<float>(factor);
        for (std::int64_t i = r * width; i < (r + 1) * width; ++i) {
            xhat[i] = static_cast<float>(static_cast<double>(read_element(type, x, i)) * factor);
        }
    }
}

void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx) {
    for (std::int64_t r = 0; r < rows; ++r) {
        double dot = 0;
        for (std::int64_t i = r * width; i < (r + 1) * width; ++i) {
            dot += static_cast<double>(xhat[i]) * static_cast<double>(dxhat[i]);
        }
        for (std::int64_t i = r * width; i < (r + 1) * width; ++i) {
            const double tangent = static_cast<double>(dxhat[i]) - static_cast<double>(xhat[i]) * dot;
            write_element(type, dx, i, static_cast<float>(static_cast<double>(inverse[r]) * tangent));
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference

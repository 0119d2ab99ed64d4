// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

constexpr int n = native_lanes;
constexpr int unroll = 4;

/// Sum of term<N>(i) over i below width, with independent partial sums for speed and accuracy.
template <class Term>
[[gnu::always_inline]] inline float sum_terms(std::int64_t width, Term term) {
    Vec<n> sums[unroll] = {};
    std::int64_t i = 0;
    for (; i + n * unroll <= width; i += n * unroll) {
        for (int u = 0; u < unroll; ++u) {
            sums[u] += term.template operator()<n>(i + u * n);
        }
    }
    for (; i + n <= width; i += n) {
        sums[0] += term.template operator()<n>(i);
    }
    float tail = 0;
    for (; i < width; ++i) {
        tail += term.template operator()<1>(i);
    }
    return sum_lanes<n>((sums[0] + sums[1]) + (sums[2] + sums[3])) + tail;
}

template <class One>
[[gnu::always_inline]] inline void for_row(std::int64_t width, One one) {
    std::int64_t i = 0;
    for (; i + n <= width; i += n) {
        one.template operator()<n>(i);
    }
    for (; i < width; ++i) {
        one.template operator()<1>(i);
    }
}

template <class E>
float inverse_norm(const E* x, std::int64_t width) {
    const float squares = sum_terms(width, [=]<int N>(std::int64_t i) {
        const Vec<N> value = load<N>(x + i);
        return value * value;
    });
    return 1.0f / __builtin_sqrtf(squares + 1e-10f);
}

/// xhat null: norms alone.
template <class E>
void normalise_all(std::int64_t rows, std::int64_t width, const void* x_data, float* inverse, float* xhat) {
#pragma omp parallel for schedule(static)
    for (std::int64_t r = 0; r < rows; ++r) {
        const E* x = static_cast<const E*>(x_data) + r * width;
        const float factor = inverse_norm(x, width);
        inverse[r] = factor;
        if (xhat != nullptr) {
            float* out = xhat + r * width;
            for_row(width, [=]<int N>(std::int64_t i) { store<N>(out + i, load<N>(x + i) * factor); });
        }
    }
}

template <class E>
void backward_all(std::int64_t rows, std::int64_t width, const float* xhat_data, const float* inverse,
                  const float* dxhat_data, void* dx_data) {
#pragma omp parallel for schedule(static)
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* xhat = xhat_data + r * width;
        const float* dxhat = dxhat_data + r * width;
        E* dx = static_cast<E*>(dx_data) + r * width;
        const float factor = inverse[r];
        const float dot =
            sum_terms(width, [=]<int N>(std::int64_t i) { return load<N>(xhat + i) * load<N>(dxhat + i); });
        for_row(width, [=]<int N>(std::int64_t i) {
            store<N>(dx + i, factor * (load<N>(dxhat + i) - load<N>(xhat + i) * dot));
        });
    }
}

}  // namespace

void inverse_norms(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse) {
    unit_norm(type, rows, width, x, inverse, nullptr);
}

void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat) {
    if (type == ElementType::f32) {
        normalise_all<float>(rows, width, x, inverse, xhat);
    } else {
        normalise_all<bfloat16>(rows, width, x, inverse, xhat);
    }
}

void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx) {
    if (type == ElementType::f32) {
        backward_all<float>(rows, width, xhat, inverse, dxhat, dx);
    } else {
        backward_all<bfloat16>(rows, width, xhat, inverse, dxhat, dx);
    }
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

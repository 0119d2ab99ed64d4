// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

/// one<N>(i) for all i below count, in vectors and then single elements, on all threads.
template <class One>
void for_each_vector(std::int64_t count, One one) {
    constexpr int n = native_lanes;
    const std::int64_t vectors = count / n;
#pragma omp parallel for schedule(static) if (count > 16384)
    for (std::int64_t v = 0; v < vectors; ++v) {
        one.template operator()<n>(v * n);
    }
    for (std::int64_t i = vectors * n; i < count; ++i) {
        one.template operator()<1>(i);
    }
}

template <class E>
void add_all(std::int64_t count, const E* a, const E* b, E* y) {
    for_each_vector(count, [=]<int N>(std::int64_t i) { store<N>(y + i, load<N>(a + i) + load<N>(b + i)); });
}

}  // namespace

void add(ElementType type, std::int64_t count, const void* a, const void* b, void* y) {
    if (type == ElementType::f32) {
        add_all(count, static_cast<const float*>(a), static_cast<const float*>(b), static_cast<float*>(y));
    } else {
        add_all(count, static_cast<const bfloat16*>(a), static_cast<const bfloat16*>(b),
                static_cast<bfloat16*>(y));
    }
}

void to_bfloat16(std::int64_t count, const float* x, bfloat16* y) {
    for_each_vector(count, [=]<int N>(std::int64_t i) { store<N>(y + i, load<N>(x + i)); });
}

void to_float(std::int64_t count, const bfloat16* x, float* y) {
    for_each_vector(count, [=]<int N>(std::int64_t i) { store<N>(y + i, load<N>(x + i)); });
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

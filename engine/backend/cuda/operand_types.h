// SPDX-License-Identifier: Apache-2.0
// How operands are stored in each arithmetic.
#pragma once

#include "engine/backend/cuda/products.h"
#include "kernels/elements.h"
#include "kernels/layout.h"

namespace arcmeter::backend::cuda {

inline bool is_half(Arithmetic arithmetic) {
    return arithmetic == Arithmetic::fp16 || arithmetic == Arithmetic::bf16;
}

inline kernels::ElementType element_type(Arithmetic arithmetic) {
    if (arithmetic == Arithmetic::fp16) return kernels::ElementType::f16;
    return arithmetic == Arithmetic::bf16 ? kernels::ElementType::bf16 : kernels::ElementType::f32;
}

inline std::size_t element_bytes(Arithmetic arithmetic) {
    return is_half(arithmetic) ? 2 : 4;
}

/// Parts of a workspace begin at multiples of what cudaMalloc guarantees.
inline std::size_t aligned_bytes(std::size_t bytes) {
    return (bytes + 255) / 256 * 256;
}

}  // namespace arcmeter::backend::cuda

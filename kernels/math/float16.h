// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/bfloat16.h"

#ifdef __CUDACC__
#include <cuda_fp16.h>
#endif

namespace arcmeter::kernels {

/// IEEE binary16: 5 exponent bits, 10 mantissa bits, largest finite value 65504. Plain storage, no
/// arithmetic.
struct float16 {
    std::uint16_t bits;
};

/// Rounds to nearest, ties to even, subnormals included; 65520 and more goes to infinity, a NaN stays a
/// (quiet) NaN.
ARCMETER_HD float16 to_float16(float value) {
#ifdef __CUDA_ARCH__
    return {__half_as_ushort(__float2half_rn(value))};
#else
    const std::uint32_t bits = float_bits(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return {static_cast<std::uint16_t>(sign | 0x7e00u | ((magnitude >> 13) & 0x03ffu))};
    }
    if (magnitude >= 0x477ff000u) {  // 65520, half-way to the next power of two
        return {static_cast<std::uint16_t>(sign | 0x7c00u)};
    }
    if (magnitude < 0x38800000u) {
        // Below 2^-14 the spacing is 2^-24: adding 0.5, whose spacing that is, lets the adder round.
        const float shifted = float_from_bits(magnitude) + 0.5f;
        return {static_cast<std::uint16_t>(sign | (float_bits(shifted) - 0x3f000000u))};
    }
    const std::uint32_t rounded = magnitude + 0x0fffu + ((magnitude >> 13) & 1u);
    return {static_cast<std::uint16_t>(sign | ((rounded - 0x38000000u) >> 13))};
#endif
}

/// Exact.
ARCMETER_HD float to_float(float16 value) {
#ifdef __CUDA_ARCH__
    return __half2float(__ushort_as_half(value.bits));
#else
    const std::uint32_t sign = static_cast<std::uint32_t>(value.bits & 0x8000u) << 16;
    const std::uint32_t magnitude = value.bits & 0x7fffu;
    if (magnitude >= 0x7c00u) {
        return float_from_bits(sign | 0x7f800000u | ((magnitude & 0x03ffu) << 13));
    }
    if (magnitude < 0x0400u) {
        const float subnormal = static_cast<float>(magnitude) * (1.0f / 16777216.0f);
        return float_from_bits(sign | float_bits(subnormal));
    }
    return float_from_bits(sign | ((magnitude << 13) + 0x38000000u));
#endif
}

}  // namespace arcmeter::kernels

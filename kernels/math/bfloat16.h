// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/math/host_device.h"

#ifdef __CUDACC__
#include <cuda_bf16.h>
#endif

namespace arcmeter::kernels {

/// Upper half of an IEEE binary32: 8 exponent bits, 7 mantissa bits. Plain storage, no arithmetic.
struct bfloat16 {
    std::uint16_t bits;
};

ARCMETER_HD std::uint32_t float_bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

ARCMETER_HD float float_from_bits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// Rounds to nearest, ties to even; overflow goes to infinity, a NaN stays a (quiet) NaN.
ARCMETER_HD bfloat16 to_bfloat16(float value) {
#ifdef __CUDA_ARCH__
    return {__bfloat16_as_ushort(__float2bfloat16_rn(value))};
#else
    const std::uint32_t bits = float_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return {static_cast<std::uint16_t>((bits >> 16) | 0x0040u)};
    }
    return {static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
#endif
}

/// Exact.
ARCMETER_HD float to_float(bfloat16 value) {
    return float_from_bits(static_cast<std::uint32_t>(value.bits) << 16);
}

ARCMETER_HD float to_float(float value) {
    return value;
}

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/simd/vector.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

/// e^x with a relative error below 2e-7 for |x| <= 87; beyond, x is clamped; a NaN stays a NaN.
/// x = k ln 2 + r with |r| <= ln 2 / 2, then the Cephes polynomial in r, then 2^k through the exponent bits.
template <int N>
[[gnu::always_inline]] inline Vec<N> exponential(Vec<N> x) {
    const Vec<N> limit = splat<N>(87.0f);
    x = x > limit ? limit : (x < -limit ? -limit : x);
    // Adding 1.5 * 2^23 rounds to an integer, and leaves it in the low mantissa bits.
    const float round_constant = 12582912.0f;
    const Vec<N> rounded = x * 1.44269504088896341f + round_constant;
    const Vec<N> k = rounded - round_constant;
    Vec<N> r = x - k * 0.693359375f;
    r = r - k * -2.12194440e-4f;
    Vec<N> p = splat<N>(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    const BitVec<N> exponent = (bit_copy<BitVec<N>>(rounded) + (127u - 0x4b400000u)) << 23;
    return p * bit_copy<Vec<N>>(exponent);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/bfloat16.h"
#include "kernels/math/random.h"

// Rounding that is right on average: a value between two neighbours goes to the upper one with the
// probability of its distance from the lower one, so that many small updates add up to what they are even
// where each is smaller than the spacing of bfloat16 (Gupta et al., "Deep Learning with Limited Numerical
// Precision", ICML 2015).

namespace arcmeter::kernels {

/// `random` is uniform in [0, 2^16). Exact values stay as they are, infinities too, NaN becomes quiet.
ARCMETER_HD bfloat16 stochastic_bfloat16(float value, std::uint32_t random) {
    const std::uint32_t bits = float_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return {static_cast<std::uint16_t>((bits >> 16) | 0x0040u)};
    }
    return {static_cast<std::uint16_t>((bits + random) >> 16)};
}

/// Keeps the class centres' numbers apart from those of dropout and sampling, which have the same seed.
inline constexpr std::uint64_t class_rounding_salt = 0xa0761d6478bd642full;

/// What element `index` of the class centres and of their momentum are rounded with at `step`; index counts
/// elements of this rank's whole matrix [rows][width]. Philox gives four elements one call (random_bits).
ARCMETER_HD std::uint32_t class_rounding_bits(std::uint64_t seed, std::uint64_t step, std::uint64_t index) {
    return random_bits(seed ^ class_rounding_salt, step, index);
}

/// The halves of those bits that momentum and weight are rounded with. Bits is std::uint32_t or a compiler
/// vector of them.
template <class Bits>
ARCMETER_HD Bits momentum_rounding(Bits bits) {
    return bits & 0xffffu;
}

template <class Bits>
ARCMETER_HD Bits weight_rounding(Bits bits) {
    return bits >> 16;
}

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

struct PhiloxResult {
    std::uint32_t word[4];
};

/// Philox-4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): a counter-based
/// generator. The 128-bit counter is {low, high} and the 64-bit key is seed; no state is kept.
ARCMETER_HD PhiloxResult philox(std::uint64_t counter_low, std::uint64_t counter_high, std::uint64_t seed) {
    std::uint32_t c0 = static_cast<std::uint32_t>(counter_low);
    std::uint32_t c1 = static_cast<std::uint32_t>(counter_low >> 32);
    std::uint32_t c2 = static_cast<std::uint32_t>(counter_high);
    std::uint32_t c3 = static_cast<std::uint32_t>(counter_high >> 32);
    std::uint32_t k0 = static_cast<std::uint32_t>(seed);
    std::uint32_t k1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = static_cast<std::uint64_t>(0xD2511F53u) * c0;
        const std::uint64_t p1 = static_cast<std::uint64_t>(0xCD9E8D57u) * c2;
        c0 = static_cast<std::uint32_t>(p1 >> 32) ^ c1 ^ k0;
        c2 = static_cast<std::uint32_t>(p0 >> 32) ^ c3 ^ k1;
        c1 = static_cast<std::uint32_t>(p1);
        c3 = static_cast<std::uint32_t>(p0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{c0, c1, c2, c3}};
}

/// The 32 random bits that belong to element `index` of a tensor at `step`: element i takes word i % 4 of
/// counter {i / 4, step}.
ARCMETER_HD std::uint32_t random_bits(std::uint64_t seed, std::uint64_t step, std::uint64_t index) {
    return philox(index / 4, step, seed).word[index % 4];
}

/// A random bijection of [0, size) chosen by a key and evaluated point by point, without memory: an
/// unbalanced Feistel network over the next power of two, walked until it lands below size
/// (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002); under 2 evaluations on average.
struct KeyedPermutation {
    static constexpr int rounds = 8;
    std::uint64_t size;
    int left_bits;
    int right_bits;
    std::uint32_t key[rounds];
};

/// size >= 1 and below 2^62.
ARCMETER_HD KeyedPermutation make_permutation(std::uint64_t size, std::uint64_t key, std::uint64_t step) {
    int bits = 2;
    while ((std::uint64_t(1) << bits) < size) {
        ++bits;
    }
    KeyedPermutation permutation{size, bits / 2, bits - bits / 2, {}};
    for (int i = 0; i < KeyedPermutation::rounds; ++i) {
        permutation.key[i] = philox(static_cast<std::uint64_t>(i), step, key).word[0];
    }
    return permutation;
}

/// MurmurHash3's 32-bit finaliser on the half and the round key.
ARCMETER_HD std::uint32_t feistel_mix(std::uint32_t half, std::uint32_t key) {
    std::uint32_t h = half * 0xcc9e2d51u ^ key;
    h = (h ^ (h >> 16)) * 0x85ebca6bu;
    h = (h ^ (h >> 13)) * 0xc2b2ae35u;
    return h ^ (h >> 16);
}

/// Image of `index` (below size) under the permutation.
ARCMETER_HD std::uint64_t permute(const KeyedPermutation& permutation, std::uint64_t index) {
    const int a = permutation.left_bits;
    const int b = permutation.right_bits;
    const std::uint64_t left_mask = (std::uint64_t(1) << a) - 1;
    const std::uint64_t right_mask = (std::uint64_t(1) << b) - 1;
    std::uint64_t value = index;
    do {
        std::uint64_t left = value >> b;
        std::uint64_t right = value & right_mask;
        for (int i = 0; i < KeyedPermutation::rounds; i += 2) {
            left ^= feistel_mix(static_cast<std::uint32_t>(right), permutation.key[i]) & left_mask;
            right ^= feistel_mix(static_cast<std::uint32_t>(left), permutation.key[i + 1]) & right_mask;
        }
        value = (left << b) | right;
    } while (value >= permutation.size);
    return value;
}

/// The index whose image is `image` (below size).
ARCMETER_HD std::uint64_t permute_inverse(const KeyedPermutation& permutation, std::uint64_t image) {
    const int a = permutation.left_bits;
    const int b = permutation.right_bits;
    const std::uint64_t left_mask = (std::uint64_t(1) << a) - 1;
    const std::uint64_t right_mask = (std::uint64_t(1) << b) - 1;
    std::uint64_t value = image;
    do {
        std::uint64_t left = value >> b;
        std::uint64_t right = value & right_mask;
        for (int i = KeyedPermutation::rounds - 2; i >= 0; i -= 2) {
            right ^= feistel_mix(static_cast<std::uint32_t>(left), permutation.key[i + 1]) & right_mask;
            left ^= feistel_mix(static_cast<std::uint32_t>(right), permutation.key[i]) & left_mask;
        }
        value = (left << b) | right;
    } while (value >= permutation.size);
    return value;
}

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every platform and standard library, and cheap to start anywhere.
#pragma once

#include <cstdint>

namespace arcmeter::data {

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection whose output looks random.
constexpr std::uint64_t mix64(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/// One number from several: the same arguments always give the same, any change gives an unrelated one.
constexpr std::uint64_t hash64(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
    return mix64(mix64(mix64(a + golden) + b + golden) + c + golden);
}

class Random {
public:
    explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() { return mix64(state_ += 0x9e3779b97f4a7c15u); }

    /// Uniform in [0, 1).
    constexpr float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }
    constexpr float uniform(float low, float high) { return low + (high - low) * uniform(); }

    /// Uniform in 0 .. count-1, for count below 2^32 (the bias is below 2^-32).
    constexpr std::uint32_t below(std::uint32_t count) {
        return static_cast<std::uint32_t>(((next() >> 32) * count) >> 32);
    }

    /// Mean 0, deviation 1: the sum of four uniforms, close enough to normal for image noise and much faster.
    constexpr float roughly_normal() {
        const std::uint64_t bits = next();
        const auto sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
        return (static_cast<float>(sum) * 0x1p-16f - 2.0f) * 1.7320508f;
    }

private:
    std::uint64_t state_;
};

}  // namespace arcmeter::data

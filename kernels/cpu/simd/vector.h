// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/math/bfloat16.h"

// Vectors of float by the compiler's vector extensions. Everything lives in the namespace of the instruction
// set that the file is being compiled for (ARCMETER_ISA), so that the three builds never share a symbol.

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

#if defined(__AVX512F__)
inline constexpr int native_lanes = 16;
#elif defined(__AVX2__)
inline constexpr int native_lanes = 8;
#else
inline constexpr int native_lanes = 4;
#endif

template <int N>
struct VectorTypes {
    typedef float f32 __attribute__((vector_size(4 * N)));
    typedef std::int32_t i32 __attribute__((vector_size(4 * N)));
    typedef std::uint32_t u32 __attribute__((vector_size(4 * N)));
    typedef std::uint16_t u16 __attribute__((vector_size(2 * N)));
};

template <>
struct VectorTypes<1> {
    using f32 = float;
    using i32 = std::int32_t;
    using u32 = std::uint32_t;
    using u16 = std::uint16_t;
};

/// N floats; N = 1 is a plain float, so one template serves vectors and remainders.
template <int N>
using Vec = typename VectorTypes<N>::f32;
template <int N>
using IntVec = typename VectorTypes<N>::i32;
template <int N>
using BitVec = typename VectorTypes<N>::u32;

template <class To, class From>
[[gnu::always_inline]] inline To bit_copy(const From& from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

template <int N>
[[gnu::always_inline]] inline Vec<N> splat(float value) {
    return value - Vec<N>{};
}

template <int N>
[[gnu::always_inline]] inline Vec<N> load(const float* p) {
    Vec<N> v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

template <int N>
[[gnu::always_inline]] inline Vec<N> load(const bfloat16* p) {
    typename VectorTypes<N>::u16 half;
    std::memcpy(&half, p, sizeof half);
    if constexpr (N == 1) {
        return bit_copy<float>(static_cast<std::uint32_t>(half) << 16);
    } else {
        return bit_copy<Vec<N>>(__builtin_convertvector(half, BitVec<N>) << 16);
    }
}

/// The bfloat16 nearest to each lane (as to_bfloat16), in the low half of 32 bits.
template <int N>
[[gnu::always_inline]] inline BitVec<N> round_to_bfloat16(Vec<N> v) {
    const BitVec<N> bits = bit_copy<BitVec<N>>(v);
    const BitVec<N> rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const BitVec<N> quiet = (bits >> 16) | 0x0040u;
    return v == v ? rounded : quiet;
}

template <int N>
[[gnu::always_inline]] inline void store(float* p, Vec<N> v) {
    std::memcpy(p, &v, sizeof v);
}

template <int N>
[[gnu::always_inline]] inline void store(bfloat16* p, Vec<N> v) {
    const BitVec<N> rounded = round_to_bfloat16<N>(v);
    typename VectorTypes<N>::u16 half;
    if constexpr (N == 1) {
        half = static_cast<std::uint16_t>(rounded);
    } else {
        half = __builtin_convertvector(rounded, typename VectorTypes<N>::u16);
    }
    std::memcpy(p, &half, sizeof half);
}

template <int N>
[[gnu::always_inline]] inline float lane(Vec<N> v, int i) {
    if constexpr (N == 1) {
        return v;
    } else {
        return v[i];
    }
}

template <int N>
[[gnu::always_inline]] inline float sum_lanes(Vec<N> v) {
    float lanes[N];
    std::memcpy(lanes, &v, sizeof v);
    for (int width = N / 2; width > 0; width /= 2) {
        for (int i = 0; i < width; ++i) {
            lanes[i] += lanes[i + width];
        }
    }
    return lanes[0];
}

template <int N>
[[gnu::always_inline]] inline float max_lanes(Vec<N> v) {
    float lanes[N];
    std::memcpy(lanes, &v, sizeof v);
    float largest = lanes[0];
    for (int i = 1; i < N; ++i) {
        largest = lanes[i] > largest ? lanes[i] : largest;
    }
    return largest;
}

/// Lanes of each pair exchanged: c becomes c ^ 1.
template <int N>
[[gnu::always_inline]] inline Vec<N> swap_pairs(Vec<N> v) {
    IntVec<N> index;
    for (int i = 0; i < N; ++i) {
        index[i] = i ^ 1;
    }
    return __builtin_shuffle(v, index);
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

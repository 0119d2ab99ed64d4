// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#ifdef __AVX2__
#include <immintrin.h>
#endif

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

/// 16-bit lanes to 32 bits. By intrinsics where there are any, as GCC 12 puts generic conversions together
/// from halves; the masked forms because its plain ones warn of an undefined operand.
template <int N>
[[gnu::always_inline]] inline BitVec<N> widen(typename VectorTypes<N>::u16 half) {
#ifdef __AVX512F__
    if constexpr (N == 16) {
        return bit_copy<BitVec<N>>(_mm512_maskz_cvtepu16_epi32(0xffff, bit_copy<__m256i>(half)));
    }
#endif
#ifdef __AVX2__
    if constexpr (N == 8) {
        return bit_copy<BitVec<N>>(_mm256_cvtepu16_epi32(bit_copy<__m128i>(half)));
    }
#endif
    if constexpr (N == 1) {
        return half;
    } else {
        return __builtin_convertvector(half, BitVec<N>);
    }
}

/// The low 16 bits of each lane.
template <int N>
[[gnu::always_inline]] inline typename VectorTypes<N>::u16 narrow(BitVec<N> bits) {
#ifdef __AVX512F__
    if constexpr (N == 16) {
        return bit_copy<typename VectorTypes<N>::u16>(
            _mm512_maskz_cvtepi32_epi16(0xffff, bit_copy<__m512i>(bits)));
    }
#endif
    if constexpr (N == 1) {
        return static_cast<std::uint16_t>(bits);
    } else {
        return __builtin_convertvector(bits, typename VectorTypes<N>::u16);
    }
}

template <int N>
[[gnu::always_inline]] inline Vec<N> load(const bfloat16* p) {
    typename VectorTypes<N>::u16 half;
    std::memcpy(&half, p, sizeof half);
    return bit_copy<Vec<N>>(widen<N>(half) << 16);
}

/// The bfloat16 nearest to each lane (as to_bfloat16), in the low half of 32 bits.
template <int N>
[[gnu::always_inline]] inline BitVec<N> round_to_bfloat16(Vec<N> v) {
    const BitVec<N> bits = bit_copy<BitVec<N>>(v);
    const BitVec<N> rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const BitVec<N> quiet = (bits >> 16) | 0x0040u;
    return v == v ? rounded : quiet;
}

/// As to_bfloat16; the AVX-512 instruction alone takes values below 2^-126 for 0.
template <int N>
[[gnu::always_inline]] inline typename VectorTypes<N>::u16 to_bfloat16_lanes(Vec<N> v) {
#ifdef __AVX512BF16__
    if constexpr (N == 16) {
        return bit_copy<typename VectorTypes<N>::u16>(_mm512_cvtneps_pbh(v));
    }
#endif
    return narrow<N>(round_to_bfloat16<N>(v));
}

template <int N>
[[gnu::always_inline]] inline void store(float* p, Vec<N> v) {
    std::memcpy(p, &v, sizeof v);
}

template <int N>
[[gnu::always_inline]] inline void store(bfloat16* p, Vec<N> v) {
    const auto half = to_bfloat16_lanes<N>(v);
    std::memcpy(p, &half, sizeof half);
}

/// Writes past the caches if `stream`, p is aligned and the vector is a whole cache line: halves of lines
/// that do not meet in the write buffer cost more than they save. Whoever streams calls finish_streaming
/// before others may read.
template <class V>
[[gnu::always_inline]] inline void store_bits(void* p, V v, [[maybe_unused]] bool stream) {
#ifdef __AVX512F__
    if constexpr (sizeof(V) == 64) {
        if (stream) {
            _mm512_stream_si512(static_cast<__m512i*>(p), bit_copy<__m512i>(v));
            return;
        }
    }
#endif
    std::memcpy(p, &v, sizeof v);
}

inline void finish_streaming() {
#ifdef __AVX512F__
    _mm_sfence();
#endif
}

template <int N>
[[gnu::always_inline]] inline void store(float* p, Vec<N> v, bool stream) {
    store_bits(p, v, stream);
}

template <int N>
[[gnu::always_inline]] inline void store(bfloat16* p, Vec<N> v, bool) {
    store<N>(p, v);
}

/// Stores and returns what a load would now give.
template <int N>
[[gnu::always_inline]] inline Vec<N> store_rounded(float* p, Vec<N> v, bool stream) {
    store<N>(p, v, stream);
    return v;
}

template <int N>
[[gnu::always_inline]] inline Vec<N> store_rounded(bfloat16* p, Vec<N> v, bool) {
    const auto half = to_bfloat16_lanes<N>(v);
    std::memcpy(p, &half, sizeof half);
    return bit_copy<Vec<N>>(widen<N>(half) << 16);
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include "kernels/layout.h"

// A few neighbouring elements that are loaded and stored with one access and computed in float. Included by
// .cu files only.

namespace arcmeter::kernels::cuda {

/// Elements of one 16-byte access.
template <class E>
constexpr int full_width = 16 / static_cast<int>(sizeof(E));

template <class E, int V>
struct alignas(sizeof(E) * V) Pack {
    E lane[V];
};

template <int V>
struct Floats {
    float lane[V];

    __device__ float& operator[](int i) { return lane[i]; }
    __device__ const float& operator[](int i) const { return lane[i]; }
};

template <class E>
__device__ inline E from_float(float value);

template <>
__device__ inline float from_float<float>(float value) {
    return value;
}

template <>
__device__ inline bfloat16 from_float<bfloat16>(float value) {
    return to_bfloat16(value);
}

template <>
__device__ inline float16 from_float<float16>(float value) {
    return to_float16(value);
}

/// The word that moves a pack in one access.
template <std::size_t Bytes>
struct Word;
template <>
struct Word<2> {
    using type = unsigned short;
};
template <>
struct Word<4> {
    using type = unsigned;
};
template <>
struct Word<8> {
    using type = uint2;
};
template <>
struct Word<16> {
    using type = uint4;
};

template <int V, class E>
__device__ inline Pack<E, V> load(const E* address) {
#ifdef __CUDA_ARCH__
    // Through a word: nvcc may load the members of a structure one by one.
    const auto word = *reinterpret_cast<const typename Word<sizeof(Pack<E, V>)>::type*>(address);
    Pack<E, V> pack;
    memcpy(&pack, &word, sizeof pack);
    return pack;
#else
    return *reinterpret_cast<const Pack<E, V>*>(address);
#endif
}

/// V elements in the words they are loaded in. Loops that carry elements from round to round carry these: of
/// elements of 16 bits nvcc takes the words apart and puts them together again in each.
template <class E, int V>
struct Words {
    static constexpr int in_word = sizeof(E) == 2 && V > 1 ? 2 : 1;
    unsigned word[V / in_word];

    __device__ Floats<V> values() const {
        Floats<V> values;
#pragma unroll
        for (int i = 0; i < V; ++i) {
            const unsigned bits = word[i / in_word] >> (i % in_word * 16);
            E element;
            memcpy(&element, &bits, sizeof element);
            values[i] = to_float(element);
        }
        return values;
    }
};

template <int V, class E>
__device__ inline Words<E, V> words_of(const Pack<E, V>& pack) {
    Words<E, V> words{};
    memcpy(words.word, &pack, sizeof pack);
    return words;
}

template <int V, class E>
__device__ inline Words<E, V> load_words(const E* address) {
    const auto loaded = *reinterpret_cast<const typename Word<sizeof(Pack<E, V>)>::type*>(address);
    Words<E, V> words{};
    memcpy(words.word, &loaded, sizeof loaded);
    return words;
}

template <class E, int V>
__device__ inline Floats<V> widen(const Pack<E, V>& pack) {
    return words_of(pack).values();
}

template <class Pair>
__device__ inline unsigned word_of(const Pair& pair) {
    unsigned word;
    static_assert(sizeof pair == sizeof word);
    memcpy(&word, &pair, sizeof word);
    return word;
}

/// Both in one conversion where the device has it.
__device__ inline unsigned rounded_pair(float low, float high, bfloat16) {
#ifdef __CUDA_ARCH__
    return word_of(__floats2bfloat162_rn(low, high));
#else
    return word_of(Pack<bfloat16, 2>{to_bfloat16(low), to_bfloat16(high)});
#endif
}

__device__ inline unsigned rounded_pair(float low, float high, float16) {
#ifdef __CUDA_ARCH__
    return word_of(__floats2half2_rn(low, high));
#else
    return word_of(Pack<float16, 2>{to_float16(low), to_float16(high)});
#endif
}

template <class E, int V>
__device__ inline Pack<E, V> narrow(const Floats<V>& values) {
    Pack<E, V> pack;
    if constexpr (Words<E, V>::in_word == 2) {
        unsigned words[V / 2];
#pragma unroll
        for (int i = 0; i < V / 2; ++i) words[i] = rounded_pair(values[2 * i], values[2 * i + 1], E{});
        memcpy(&pack, words, sizeof pack);
    } else {
#pragma unroll
        for (int i = 0; i < V; ++i) pack.lane[i] = from_float<E>(values[i]);
    }
    return pack;
}

template <class E, int V>
__device__ inline void store(E* address, const Pack<E, V>& pack) {
#ifdef __CUDA_ARCH__
    // The intrinsic, for nvcc takes an assignment of a word apart too, and does not always put it together
    // again.
    using W = typename Word<sizeof pack>::type;
    W word;
    memcpy(&word, &pack, sizeof pack);
    __stwb(reinterpret_cast<W*>(address), word);
#else
    *reinterpret_cast<Pack<E, V>*>(address) = pack;
#endif
}

template <int V>
__device__ inline Floats<V> splat(float value) {
    Floats<V> values;
#pragma unroll
    for (int i = 0; i < V; ++i) values[i] = value;
    return values;
}

/// V floats at a multiple of 16 bytes, V a multiple of four.
template <int V>
__device__ inline Floats<V> load_floats(const float* first) {
    Floats<V> values;
#pragma unroll
    for (int i = 0; i < V; i += 4) {
        const Pack<float, 4> four = load<4>(first + i);
#pragma unroll
        for (int k = 0; k < 4; ++k) values[i + k] = four.lane[k];
    }
    return values;
}

/// Per-channel parameters of V channels; a null array is `fallback`.
template <int V>
__device__ inline Floats<V> load_parameter(const float* parameter, std::int64_t channel, float fallback) {
    Floats<V> values = splat<V>(fallback);
    if (parameter == nullptr) return values;
    const float* first = parameter + channel;
    if constexpr (V % 4 == 0) {
        if (reinterpret_cast<std::uintptr_t>(first) % 16 == 0) return load_floats<V>(first);
    }
#pragma unroll
    for (int i = 0; i < V; ++i) values[i] = first[i];
    return values;
}

/// body(E{}) with the type of the elements.
template <class Body>
void with_element(ElementType type, Body body) {
    switch (type) {
        case ElementType::f32:
            body(float{});
            break;
        case ElementType::bf16:
            body(bfloat16{});
            break;
        case ElementType::f16:
            body(float16{});
            break;
    }
}

/// A number as a type.
template <int V>
struct Width {
    static constexpr int value = V;
};

/// body(E{}, Width<V>{}): V elements an access, of 16 bytes if wide, else one.
template <class Body>
void with_element_and_width(ElementType type, bool wide, Body body) {
    with_element(type, [&](auto element) {
        using E = decltype(element);
        if (wide) {
            body(element, Width<full_width<E>>{});
        } else {
            body(element, Width<1>{});
        }
    });
}

}  // namespace arcmeter::kernels::cuda

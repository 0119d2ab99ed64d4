// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/depthwise_kernels.h"
#include "kernels/cuda/vector.h"

// What the kernels of 3x3 depthwise convolutions share. Included by .cu files only.

namespace arcmeter::kernels::cuda {

/// Pixels first, first + 1, ... of a line; zero outside of it, and where there is none (null).
template <int Count, class E, int V>
__device__ void load_pixels(const E* line, int first, int width, int channels, Words<E, V> (&pixels)[Count]) {
#pragma unroll
    for (int j = 0; j < Count; ++j) {
        const bool exists =
            line != nullptr && static_cast<unsigned>(first + j) < static_cast<unsigned>(width);
        pixels[j] = exists ? load_words<V>(line + (first + j) * channels) : Words<E, V>{};
    }
}

/// Those of the pixels first, first + 1, ... that are in the line.
template <int Count, class E, int V>
__device__ void store_pixels(E* line, int first, int width, int channels, const Floats<V> (&values)[Count]) {
#pragma unroll
    for (int o = 0; o < Count; ++o) {
        if (first + o < width) store(line + (first + o) * channels, narrow<E>(values[o]));
    }
}

/// body(element, Width<stride>, Width<planes>).
template <class Body>
void with_variant(const DepthwiseShape& shape, ElementType type, Body body) {
    with_element(type, [&](auto element) {
        const auto with_planes = [&](auto stride) {
            if (shape.channels_per_group == 2) {
                body(element, stride, Width<2>{});
            } else {
                body(element, stride, Width<1>{});
            }
        };
        if (shape.stride == 2) {
            with_planes(Width<2>{});
        } else {
            with_planes(Width<1>{});
        }
    });
}

}  // namespace arcmeter::kernels::cuda

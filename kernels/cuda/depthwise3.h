// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/depthwise_kernels.h"
#include "kernels/cuda/vector.h"

// What the kernels of 3x3 depthwise convolutions share. Included by .cu files only.

namespace arcmeter::kernels::cuda {

/// columns = 0 outside of the line, and where there is none (null).
template <int Count, class E, int V>
__device__ void load_columns(const E* line, int first, int width, int channels,
                             Pack<E, V> (&columns)[Count]) {
#pragma unroll
    for (int j = 0; j < Count; ++j) {
        const bool inside = static_cast<unsigned>(first + j) < static_cast<unsigned>(width);
        columns[j] =
            line != nullptr && inside ? load<V>(line + (first + j) * channels) : narrow<E>(splat<V>(0));
    }
}

/// body.operator()(element, Width<stride>, Width<planes>).
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

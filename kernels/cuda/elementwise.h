// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

// Passes over a line of elements. Included by .cu files only.

namespace arcmeter::kernels::cuda {

constexpr int line_threads = 256;
constexpr int line_unroll = 4;  ///< packs of a thread, loaded before the first is stored

/// operation.run<V, Count>(first, stride): does Count packs of V elements, the first at element `first` and
/// each `stride` elements after the one before.
template <int V, class Operation>
__global__ void __launch_bounds__(line_threads) line_kernel(Operation operation, std::int64_t count) {
    const std::int64_t packs = count / V;
    const std::int64_t block = static_cast<std::int64_t>(blockIdx.x) * line_threads * line_unroll;
    const std::int64_t first = block + threadIdx.x;
    if (block + line_threads * line_unroll <= packs) {
        operation.template run<V, line_unroll>(first * V, line_threads * V);
    } else {
        for (int u = 0; u < line_unroll; ++u) {
            const std::int64_t pack = first + u * line_threads;
            if (pack < packs) operation.template run<V, 1>(pack * V, 0);
        }
    }
    const std::int64_t rest = packs * V + threadIdx.x;
    if (blockIdx.x == 0 && rest < count) operation.template run<1, 1>(rest, 0);
}

template <int V, class Operation>
void launch_line(std::int64_t count, Stream stream, const Operation& operation) {
    const unsigned blocks = blocks_for(count, std::int64_t(V) * line_threads * line_unroll);
    ARCMETER_LAUNCH((line_kernel<V, Operation>), LaunchShape{dim3(blocks), dim3(line_threads)}, stream,
                    operation, count);
}

template <int V, int Count, class E>
__device__ void load_line(const E* line, std::int64_t first, std::int64_t stride,
                          Pack<E, V> (&packs)[Count]) {
#pragma unroll
    for (int u = 0; u < Count; ++u) packs[u] = load<V>(line + first + u * stride);
}

}  // namespace arcmeter::kernels::cuda

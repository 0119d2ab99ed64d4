// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/sgd.h"

// How passes over all trained tensors are divided: a block takes one tile of one tensor. Included by .cu
// files only.

namespace arcmeter::kernels::cuda {

constexpr int sgd_threads = 256;
constexpr int sgd_width = 4;   ///< elements of an access
constexpr int sgd_unroll = 4;  ///< accesses of a thread
constexpr std::int64_t sgd_tile = sgd_threads * sgd_width * sgd_unroll;

/// The tensor that a tile belongs to.
__device__ inline const SgdTensor& tensor_of_tile(const SgdTensors& tensors, std::int64_t tile) {
    std::int64_t low = 0;
    std::int64_t high = tensors.count;
    while (high - low > 1) {
        const std::int64_t middle = (low + high) / 2;
        if (tensors.tensors[middle].first_tile <= tile) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return tensors.tensors[low];
}

__device__ inline bool is_wide(const SgdTensor& tensor) {
    const std::uintptr_t floats = reinterpret_cast<std::uintptr_t>(tensor.weight) |
                                  reinterpret_cast<std::uintptr_t>(tensor.gradient) |
                                  reinterpret_cast<std::uintptr_t>(tensor.momentum);
    return floats % 16 == 0 && reinterpret_cast<std::uintptr_t>(tensor.half_copy) % 8 == 0;
}

/// operation.run<V, Count>(tensor, first, stride) for this thread's elements of this block's tile, as in
/// line_kernel. Whether all calls returned true.
template <class Operation>
__device__ bool for_tile(const SgdTensors& tensors, const Operation& operation) {
    const SgdTensor tensor = tensor_of_tile(tensors, blockIdx.x);
    const std::int64_t begin = (static_cast<std::int64_t>(blockIdx.x) - tensor.first_tile) * sgd_tile;
    const std::int64_t end = begin + sgd_tile < tensor.count ? begin + sgd_tile : tensor.count;
    const std::int64_t thread = threadIdx.x;
    if (is_wide(tensor) && end - begin == sgd_tile) {
        return operation.template run<sgd_width, sgd_unroll>(tensor, begin + thread * sgd_width,
                                                             sgd_threads * sgd_width);
    }
    bool all = true;
    for (std::int64_t i = begin + thread; i < end; i += sgd_threads) {
        all = operation.template run<1, 1>(tensor, i, 0) && all;
    }
    return all;
}

inline LaunchShape sgd_shape(const SgdTensors& tensors) {
    return {dim3(static_cast<unsigned>(tensors.tiles)), dim3(sgd_threads)};
}

inline void check_tensors(const char* launcher, const SgdTensors& tensors) {
    check_size(launcher, "tensors.count", tensors.count);
    check_size(launcher, "tensors.tiles", tensors.tiles, 1, 0x7fffffff);
    check_pointer(launcher, "tensors.tensors", tensors.tensors, alignof(SgdTensor));
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <string>
#include <utility>

#include "kernels/cuda/stream.h"

// The one way kernels are launched. Included by .cu files only.

namespace arcmeter::kernels::cuda {

struct LaunchShape {
    dim3 grid;
    dim3 block;
    std::size_t shared_bytes = 0;
};

[[noreturn]] inline void fail_launch(cudaError_t error, const char* kernel, const char* file, int line) {
    static_cast<void>(cudaGetLastError());
    throw LaunchError(static_cast<int>(error), "Launching " + std::string(kernel) + " at " + file + ":" +
                                                   std::to_string(line) +
                                                   " failed: " + cudaGetErrorString(error) + ".");
}

template <class... Parameters, class... Arguments>
void launch_kernel(const char* name, const char* file, int line, void (*kernel)(Parameters...),
                   const LaunchShape& shape, Stream stream, Arguments&&... arguments) {
    cudaLaunchConfig_t config{};
    config.gridDim = shape.grid;
    config.blockDim = shape.block;
    config.dynamicSmemBytes = shape.shared_bytes;
    config.stream = stream;
    const cudaError_t error = cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...);
    if (error != cudaSuccess) fail_launch(error, name, file, line);
}

/// kernel (in parentheses if it has a comma), LaunchShape, stream, arguments...
#define ARCMETER_LAUNCH(kernel, ...) \
    ::arcmeter::kernels::cuda::launch_kernel(#kernel, __FILE__, __LINE__, kernel, __VA_ARGS__)

inline unsigned blocks_for(std::int64_t items, std::int64_t items_per_block) {
    return static_cast<unsigned>((items + items_per_block - 1) / items_per_block);
}

}  // namespace arcmeter::kernels::cuda

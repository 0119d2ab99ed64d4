// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/runtime.h"

#include <cstring>
#include <string>

#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {

DeviceMemory::DeviceMemory(std::int64_t bytes) : bytes_(bytes) {
    std::size_t free = 0, total = 0;
    ARCMETER_CUDA_CHECK(cudaMemGetInfo(&free, &total));
    const cudaError_t error = cudaMalloc(reinterpret_cast<void**>(&data_), static_cast<std::size_t>(bytes));
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();  // an allocation that fails is no fault of the device
        throw Error(
            ErrorCode::out_of_memory,
            "The training step needs " + std::to_string(bytes) + " bytes of device memory by the plan; " +
                std::to_string(free) + " of the device's " + std::to_string(total) + " bytes were free.",
            "Use a smaller batch, fewer classes, recompute units, or end what else runs on the device.");
    }
    ARCMETER_CUDA_CHECK(error);
}

DeviceMemory::~DeviceMemory() {
    ARCMETER_CUDA_LOG(cudaFree(data_));
}

PinnedMemory::PinnedMemory(std::int64_t bytes) {
    const cudaError_t error =
        cudaMallocHost(reinterpret_cast<void**>(&data_), static_cast<std::size_t>(bytes));
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        throw Error(ErrorCode::out_of_memory,
                    "The system refused " + std::to_string(bytes) + " bytes of pinned host memory.");
    }
    ARCMETER_CUDA_CHECK(error);
    std::memset(data_, 0, static_cast<std::size_t>(bytes));
}

PinnedMemory::~PinnedMemory() {
    ARCMETER_CUDA_LOG(cudaFreeHost(data_));
}

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// Every call of CUDA's runtime is checked: what it answers becomes one Error.
#pragma once

#include <cuda_runtime.h>

namespace arcmeter::backend::cuda {

/// True for errors after which the process can do nothing on its device any more.
bool is_device_fault(cudaError_t error);

/// Error(device_fault) for those, Error(internal) for others, with the call, file and line.
[[noreturn]] void throw_cuda_error(cudaError_t error, const char* call, const char* file, int line);

/// For destructors: standard error is all they may use.
void log_cuda_error(cudaError_t error, const char* call);

}  // namespace arcmeter::backend::cuda

#define ARCMETER_CUDA_CHECK(call)                                                                   \
    do {                                                                                            \
        const cudaError_t arcmeter_error = (call);                                                  \
        if (arcmeter_error != cudaSuccess) {                                                        \
            ::arcmeter::backend::cuda::throw_cuda_error(arcmeter_error, #call, __FILE__, __LINE__); \
        }                                                                                           \
    } while (false)

#define ARCMETER_CUDA_LOG(call)                                               \
    do {                                                                      \
        const cudaError_t arcmeter_error = (call);                            \
        if (arcmeter_error != cudaSuccess) {                                  \
            ::arcmeter::backend::cuda::log_cuda_error(arcmeter_error, #call); \
        }                                                                     \
    } while (false)

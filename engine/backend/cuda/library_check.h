// SPDX-License-Identifier: Apache-2.0
// Checks of calls into cuDNN and cuBLASLt: what fails throws Error with the call, the library's own words,
// file and line. Where the device is lost by then it is device_fault, else internal.
#pragma once

#include <cublasLt.h>
#include <cudnn.h>

namespace arcmeter::backend::cuda {

[[noreturn]] void throw_failed(cudnnStatus_t status, const char* call, const char* file, int line);
[[noreturn]] void throw_failed(cublasStatus_t status, const char* call, const char* file, int line);

inline void check(cudnnStatus_t status, const char* call, const char* file, int line) {
    if (status != CUDNN_STATUS_SUCCESS) throw_failed(status, call, file, line);
}
inline void check(cublasStatus_t status, const char* call, const char* file, int line) {
    if (status != CUBLAS_STATUS_SUCCESS) throw_failed(status, call, file, line);
}

}  // namespace arcmeter::backend::cuda

#define ARCMETER_CHECK_LIBRARY(call) ::arcmeter::backend::cuda::check((call), #call, __FILE__, __LINE__)

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/library_check.h"

#include <filesystem>
#include <string>

#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {
namespace {

std::string sentence(const std::string& words, const char* call, const char* file, int line) {
    return words + " in " + call + " (" + std::filesystem::path(file).filename().string() + ":" +
           std::to_string(line) + ").";
}

}  // namespace

void throw_failed(cudnnStatus_t status, const char* call, const char* file, int line) {
    const ErrorCode code =
        status == CUDNN_STATUS_EXECUTION_FAILED ? ErrorCode::device_fault : ErrorCode::internal;
    char details[1024] = {};
    cudnnGetLastErrorString(details, sizeof details);
    std::string words = std::string("cuDNN reports ") + cudnnGetErrorString(status);
    if (details[0] != '\0') words += std::string(" (") + details + ")";
    throw Error(code, sentence(words, call, file, line));
}

void throw_failed(cublasStatus_t status, const char* call, const char* file, int line) {
    const ErrorCode code =
        status == CUBLAS_STATUS_EXECUTION_FAILED ? ErrorCode::device_fault : ErrorCode::internal;
    throw Error(code,
                sentence(std::string("cuBLASLt reports ") + cublasLtGetStatusName(status), call, file, line));
}

}  // namespace arcmeter::backend::cuda

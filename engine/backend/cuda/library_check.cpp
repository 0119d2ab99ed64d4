// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/library_check.h"

#include <filesystem>
#include <string>

#include "engine/backend/cuda/check.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {
namespace {

std::string sentence(const std::string& words, const char* call, const char* file, int line) {
    return words + " in " + call + " (" + std::filesystem::path(file).filename().string() + ":" +
           std::to_string(line) + ").";
}

/// A library's own status does not tell an engine that cannot run this shape from a device that is lost.
ErrorCode code_now() {
    return is_device_fault(cudaDeviceSynchronize()) ? ErrorCode::device_fault : ErrorCode::internal;
}

}  // namespace

void throw_failed(cudnnStatus_t status, const char* call, const char* file, int line) {
    char details[1024] = {};
    cudnnGetLastErrorString(details, sizeof details);
    std::string words = std::string("cuDNN reports ") + cudnnGetErrorString(status);
    if (details[0] != '\0') words += std::string(" (") + details + ")";
    throw Error(code_now(), sentence(words, call, file, line));
}

void throw_failed(cublasStatus_t status, const char* call, const char* file, int line) {
    throw Error(code_now(),
                sentence(std::string("cuBLASLt reports ") + cublasLtGetStatusName(status), call, file, line));
}

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/check.h"

#include <cstdio>
#include <string>

#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {

bool is_device_fault(cudaError_t error) {
    switch (error) {
        case cudaErrorIllegalAddress:
        case cudaErrorLaunchFailure:
        case cudaErrorLaunchTimeout:
        case cudaErrorIllegalInstruction:
        case cudaErrorMisalignedAddress:
        case cudaErrorInvalidAddressSpace:
        case cudaErrorInvalidPc:
        case cudaErrorHardwareStackError:
        case cudaErrorAssert:
        case cudaErrorECCUncorrectable:
        case cudaErrorNvlinkUncorrectable:
            return true;
        default:
            return false;
    }
}

void throw_cuda_error(cudaError_t error, const char* call, const char* file, int line) {
    const std::string what = std::string(cudaGetErrorName(error)) + " (" + cudaGetErrorString(error) +
                             ") from " + call + " at " + file + ":" + std::to_string(line) + ".";
    if (is_device_fault(error)) {
        throw Error(
            ErrorCode::device_fault, "The device failed: " + what,
            "The worker cannot use the device again; start the run anew, and look at the driver's log if it "
            "comes back.");
    }
    throw Error(ErrorCode::internal, "A call of CUDA failed: " + what);
}

void log_cuda_error(cudaError_t error, const char* call) {
    if (is_device_fault(error)) return;  // thrown where it was first seen; every later call answers the same
    std::fprintf(stderr, "arcmeter: %s from %s\n", cudaGetErrorName(error), call);
}

}  // namespace arcmeter::backend::cuda

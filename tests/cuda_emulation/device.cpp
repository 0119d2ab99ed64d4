// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "cuda_emulation/api.h"
#include "cuda_emulation/control.h"
#include "internal.h"

using namespace cuda_emulation;

cudaError_t cudaGetDeviceCount(int* count) {
    *count = 1;
    return sticky_error();
}

cudaError_t cudaGetDevice(int* device) {
    *device = 0;
    return sticky_error();
}

cudaError_t cudaSetDevice(int device) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    return device == 0 ? cudaSuccess : failed(cudaErrorInvalidDevice);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    if (device != 0) return failed(cudaErrorInvalidDevice);
    *properties = {};
    std::snprintf(properties->name, sizeof properties->name, "Emulated device");
    std::size_t free = 0;
    cudaMemGetInfo(&free, &properties->totalGlobalMem);
    properties->major = 9;
    properties->minor = 0;
    properties->multiProcessorCount = 132;
    properties->l2CacheSize = 50 << 20;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
    cudaDeviceProp properties;
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, device)) return error;
    switch (attribute) {
        case cudaDevAttrClockRate:
            *value = 1'830'000;  // kHz
            return cudaSuccess;
        case cudaDevAttrMultiProcessorCount:
            *value = properties.multiProcessorCount;
            return cudaSuccess;
        case cudaDevAttrComputeCapabilityMajor:
            *value = properties.major;
            return cudaSuccess;
        case cudaDevAttrComputeCapabilityMinor:
            *value = properties.minor;
            return cudaSuccess;
    }
    return failed(cudaErrorInvalidValue);
}

cudaError_t cudaDeviceGetPCIBusId(char* id, int bytes, int device) {
    if (device != 0) return failed(cudaErrorInvalidDevice);
    std::snprintf(id, static_cast<std::size_t>(bytes), "0000:4b:00.0");
    return sticky_error();
}

cudaError_t cudaDriverGetVersion(int* version) {
    *version = 13000;
    return sticky_error();
}

cudaError_t cudaRuntimeGetVersion(int* version) {
    *version = 13000;
    return sticky_error();
}

const char* cudaGetErrorName(cudaError_t error) {
    switch (error) {
        case cudaSuccess:
            return "cudaSuccess";
        case cudaErrorInvalidValue:
            return "cudaErrorInvalidValue";
        case cudaErrorMemoryAllocation:
            return "cudaErrorMemoryAllocation";
        case cudaErrorInvalidConfiguration:
            return "cudaErrorInvalidConfiguration";
        case cudaErrorNoDevice:
            return "cudaErrorNoDevice";
        case cudaErrorInvalidDevice:
            return "cudaErrorInvalidDevice";
        case cudaErrorInvalidResourceHandle:
            return "cudaErrorInvalidResourceHandle";
        case cudaErrorNotReady:
            return "cudaErrorNotReady";
        case cudaErrorIllegalAddress:
            return "cudaErrorIllegalAddress";
        case cudaErrorLaunchFailure:
            return "cudaErrorLaunchFailure";
        case cudaErrorStreamCaptureUnsupported:
            return "cudaErrorStreamCaptureUnsupported";
        case cudaErrorStreamCaptureInvalidated:
            return "cudaErrorStreamCaptureInvalidated";
        case cudaErrorStreamCaptureUnjoined:
            return "cudaErrorStreamCaptureUnjoined";
        case cudaErrorECCUncorrectable:
            return "cudaErrorECCUncorrectable";
        case cudaErrorNvlinkUncorrectable:
            return "cudaErrorNvlinkUncorrectable";
        case cudaErrorLaunchTimeout:
            return "cudaErrorLaunchTimeout";
        case cudaErrorAssert:
            return "cudaErrorAssert";
        case cudaErrorHardwareStackError:
            return "cudaErrorHardwareStackError";
        case cudaErrorIllegalInstruction:
            return "cudaErrorIllegalInstruction";
        case cudaErrorMisalignedAddress:
            return "cudaErrorMisalignedAddress";
        case cudaErrorInvalidAddressSpace:
            return "cudaErrorInvalidAddressSpace";
        case cudaErrorInvalidPc:
            return "cudaErrorInvalidPc";
        case cudaErrorCapturedEvent:
            return "cudaErrorCapturedEvent";
    }
    return "unknown error";
}

const char* cudaGetErrorString(cudaError_t error) {
    return cudaGetErrorName(error);
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/device_probe.h"

#include <cuda_runtime_api.h>

#include "kernels/cuda/fill.h"

namespace arcmeter::backend::cuda {
namespace {

std::string version(int number) {
    return std::to_string(number / 1000) + '.' + std::to_string(number % 1000 / 10);
}

/// Runs one small kernel: a device that this build has no code for refuses it. Empty when it runs.
std::string kernel_problem(int device) {
    constexpr std::size_t bytes = 256;
    void* memory = nullptr;
    cudaError_t status = cudaSetDevice(device);
    if (status == cudaSuccess) status = cudaMalloc(&memory, bytes);
    if (status != cudaSuccess) return cudaGetErrorString(status);
    std::string problem;
    try {
        kernels::cuda::fill(bytes / sizeof(float), 0.0F, static_cast<float*>(memory), nullptr);
        status = cudaStreamSynchronize(nullptr);
        if (status != cudaSuccess) problem = cudaGetErrorString(status);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    cudaFree(memory);
    cudaGetLastError();
    return problem;
}

std::string capability(int device) {
    int major = 0, minor = 0;
    cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
    cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device);
    return std::to_string(major) + '.' + std::to_string(minor);
}

}  // namespace

std::string no_device_reason(int status, int runtime_version, int driver_version) {
    switch (static_cast<cudaError_t>(status)) {
        case cudaErrorInsufficientDriver:
            if (driver_version == 0) return "no NVIDIA driver is running";
            return "the NVIDIA driver is for CUDA " + version(driver_version) +
                   ", older than the CUDA runtime this program is built with (" + version(runtime_version) +
                   ")";
        case cudaErrorNoDevice:
        case cudaSuccess:
            return "the NVIDIA driver finds no device";
        default:
            return "CUDA cannot be started (" +
                   std::string(cudaGetErrorString(static_cast<cudaError_t>(status))) + ")";
    }
}

int device_count() {
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    cudaGetLastError();
    return status == cudaSuccess ? count : 0;
}

std::string device_problem(int device) {
    const std::string problem = kernel_problem(device);
    if (problem.empty()) return {};
    return "device " + std::to_string(device) + " of compute capability " + capability(device) +
           " cannot run this program's kernels (" + problem + ")";
}

void release_device(int device) {
    if (cudaSetDevice(device) == cudaSuccess) cudaDeviceReset();
    cudaGetLastError();
}

DeviceProbe probe_devices(ProbeUntil until) {
    int count = 0, runtime = 0, driver = 0;
    cudaRuntimeGetVersion(&runtime);
    cudaDriverGetVersion(&driver);
    const cudaError_t status = cudaGetDeviceCount(&count);
    cudaGetLastError();
    if (status != cudaSuccess || count == 0) return {{}, no_device_reason(status, runtime, driver)};
    DeviceProbe probe;
    for (int device = 0; device < count; ++device) {
        const std::string problem = device_problem(device);
        if (problem.empty()) {
            probe.usable.push_back(device);
            if (until == ProbeUntil::first_usable) break;
        } else if (probe.reason.empty()) {
            probe.reason = problem;
        }
    }
    if (!probe.usable.empty()) probe.reason.clear();
    return probe;
}

}  // namespace arcmeter::backend::cuda

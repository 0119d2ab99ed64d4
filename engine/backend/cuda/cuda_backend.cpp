// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cuda_backend.h"

#include "engine/backend/cuda/check.h"
#include "engine/backend/cuda/cuda_executor.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {
namespace {

struct Capability {
    int major = 0;
    int minor = 0;
};

int attribute(cudaDeviceAttr which, int device) {
    int value = 0;
    ARCMETER_CUDA_CHECK(cudaDeviceGetAttribute(&value, which, device));
    return value;
}

Capability capability_of(int device) {
    return {attribute(cudaDevAttrComputeCapabilityMajor, device),
            attribute(cudaDevAttrComputeCapabilityMinor, device)};
}

/// FLOP of one processor in one clock, dense, with FP32 sums: CUDA's programming guide (throughput of native
/// arithmetic) and the architectures' white papers. 0: not known.
double flops_per_clock(Capability capability, protocol::Precision precision) {
    struct Rates {
        int major, minor;
        double fp32, tf32, half;
    };
    static constexpr Rates known[] = {
        {7, 0, 128, 0, 1024},  {7, 5, 128, 0, 512},     {8, 0, 128, 1024, 2048},  {8, 6, 256, 256, 512},
        {8, 9, 256, 256, 512}, {9, 0, 256, 2048, 4096}, {10, 0, 256, 4096, 8192},
    };
    for (const Rates& rates : known) {
        if (rates.major != capability.major || rates.minor != capability.minor) continue;
        if (precision == protocol::Precision::fp32) return rates.fp32;
        return precision == protocol::Precision::tf32 ? rates.tf32 : rates.half;
    }
    return 0;
}

std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace

CudaBackend::CudaBackend(int device, MakeProductLibrary make_library)
    : device_(device), make_library_(std::move(make_library)) {}

void CudaBackend::require_precision(protocol::Precision precision) const {
    const Capability capability = capability_of(device_);
    const bool needs_ampere =
        precision == protocol::Precision::tf32 || precision == protocol::Precision::bf16;
    if (!needs_ampere || capability.major >= 8) return;
    throw Error(ErrorCode::invalid_config,
                "precision is " + std::string(to_string(precision)) + ", but " + device_info().name +
                    " has compute capability " + std::to_string(capability.major) + "." +
                    std::to_string(capability.minor) + " and that needs 8.0; allowed: fp32, fp16.");
}

std::unique_ptr<Executor> CudaBackend::make_executor(const graph::Graph& graph,
                                                     const ExecutorOptions& options) {
    ARCMETER_CUDA_CHECK(cudaSetDevice(device_));
    return std::make_unique<CudaExecutor>(graph, make_library_(), options);
}

std::int64_t CudaBackend::available_bytes() const {
    ARCMETER_CUDA_CHECK(cudaSetDevice(device_));
    std::size_t free = 0, total = 0;
    ARCMETER_CUDA_CHECK(cudaMemGetInfo(&free, &total));
    return static_cast<std::int64_t>(free);
}

protocol::DeviceInfo CudaBackend::device_info() const {
    cudaDeviceProp properties{};
    ARCMETER_CUDA_CHECK(cudaGetDeviceProperties(&properties, device_));
    int driver = 0;
    ARCMETER_CUDA_CHECK(cudaDriverGetVersion(&driver));
    protocol::DeviceInfo info;
    info.name = properties.name;
    info.kind = "cuda";
    info.memory_bytes = static_cast<std::int64_t>(properties.totalGlobalMem);
    info.driver = "CUDA " + version_text(driver);
    info.note = "compute capability " + std::to_string(properties.major) + "." +
                std::to_string(properties.minor) + ", " + std::to_string(properties.multiProcessorCount) +
                " processors";
    char pci_bus_id[32] = {};
    ARCMETER_CUDA_CHECK(cudaDeviceGetPCIBusId(pci_bus_id, sizeof pci_bus_id, device_));
    info.pci_bus_id = pci_bus_id;
    return info;
}

std::map<std::string, std::string> CudaBackend::libraries() const {
    ARCMETER_CUDA_CHECK(cudaSetDevice(device_));
    int runtime = 0;
    ARCMETER_CUDA_CHECK(cudaRuntimeGetVersion(&runtime));
    std::map<std::string, std::string> versions = make_library_()->versions();
    versions["CUDA"] = version_text(runtime);
    return versions;
}

double CudaBackend::peak_flops(protocol::Precision precision) const {
    const double clock_hz = 1e3 * attribute(cudaDevAttrClockRate, device_);
    return clock_hz * attribute(cudaDevAttrMultiProcessorCount, device_) *
           flops_per_clock(capability_of(device_), precision);
}

}  // namespace arcmeter::backend::cuda

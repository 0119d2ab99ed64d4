// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/backend.h"
#include "engine/backend/cpu/cpu_backend.h"
#include "engine/backend/cuda/module_loader.h"
#include "engine/backend/cuda/plan_backend.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend {

std::string cuda_unavailable_reason() {
    return cuda::usable_module().reason;
}

BackendChoice choose_backend(protocol::Device device, std::int64_t number) {
    if (device == protocol::Device::cpu) return {std::make_unique<cpu::CpuBackend>(), {}};
    const cuda::LoadedModule& usable = cuda::usable_module();
    const bool automatic = device == protocol::Device::automatic;
    if (usable.module != nullptr) {
        return {usable.module->make_backend_of_rank(number), automatic ? "a GPU can be used" : ""};
    }
    if (!automatic) {
        throw Error(ErrorCode::device_unavailable, "device is cuda, but " + usable.reason + ".",
                    "Use device cpu, or auto.");
    }
    return {std::make_unique<cpu::CpuBackend>(), "no GPU is used: " + usable.reason};
}

BackendChoice choose_planning_backend(protocol::Device device) {
    const bool cuda = device == protocol::Device::cuda ||
                      (device == protocol::Device::automatic && cuda_unavailable_reason().empty());
    if (!cuda) return choose_backend(device);
    return {std::make_unique<cuda::PlanBackend>(), {}};
}

}  // namespace arcmeter::backend

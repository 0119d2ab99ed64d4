// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/backend.h"
#include "engine/backend/cpu/cpu_backend.h"
#include "engine/backend/cuda/plan_backend.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend {

std::string cuda_unavailable_reason() { return "this engine is built without the CUDA backend"; }

BackendChoice choose_backend(protocol::Device device) {
    if (device == protocol::Device::cuda) {
        throw Error(ErrorCode::device_unavailable, "device is cuda, but " + cuda_unavailable_reason() + ".",
                    "Use device cpu, or auto.");
    }
    BackendChoice choice;
    choice.backend = std::make_unique<cpu::CpuBackend>();
    if (device == protocol::Device::automatic) choice.reason = "no GPU is used: " + cuda_unavailable_reason();
    return choice;
}

BackendChoice choose_planning_backend(protocol::Device device) {
    const bool cuda = device == protocol::Device::cuda ||
                      (device == protocol::Device::automatic && cuda_unavailable_reason().empty());
    if (!cuda) return choose_backend(device);
    return {std::make_unique<cuda::PlanBackend>(), {}};
}

}  // namespace arcmeter::backend

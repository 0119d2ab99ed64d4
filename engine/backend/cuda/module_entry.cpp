// SPDX-License-Identifier: Apache-2.0
// What the CUDA module exports: its devices and a backend on each.
#include "engine/backend/cuda/cuda_backend.h"
#include "engine/backend/cuda/device_probe.h"
#include "engine/backend/cuda/library_products.h"
#include "engine/backend/cuda/module.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {
namespace {

class CudaModule : public Module {
public:
    std::map<std::string, std::string> versions() const override { return library_versions(); }
    std::string unavailable_reason() const override { return first().reason; }

    std::vector<protocol::DeviceInfo> devices() const override {
        std::vector<protocol::DeviceInfo> infos;
        for (const int ordinal : all().usable) infos.push_back(CudaBackend(ordinal, {}).device_info());
        return infos;
    }

    std::unique_ptr<Backend> make_backend(std::size_t index) const override {
        const int ordinal = (index == 0 ? first() : all()).usable.at(index);
        return std::make_unique<CudaBackend>(ordinal, make_library_products);
    }

    std::unique_ptr<Backend> make_backend_of_rank(std::int64_t number) const override {
        const int devices = device_count();
        if (number == 0 || devices == 1) return make_backend(0);
        if (number >= devices) {
            throw Error(ErrorCode::device_unavailable,
                        "This machine has no GPU number " + std::to_string(number) + "; allowed: 0 to " +
                            std::to_string(devices - 1) + ".",
                        "Use fewer devices per node, or more nodes.");
        }
        // Whether there is a device at all was found out on the first, which is another rank's.
        for (const int looked_at : first().usable) {
            if (looked_at != number) release_device(looked_at);
        }
        const std::string problem = device_problem(static_cast<int>(number));
        if (!problem.empty())
            throw Error(ErrorCode::device_unavailable, "device is cuda, but " + problem + ".");
        return std::make_unique<CudaBackend>(static_cast<int>(number), make_library_products);
    }

private:
    // Each once, and not before somebody asks.
    static const DeviceProbe& first() {
        static const DeviceProbe probed = probe_devices(ProbeUntil::first_usable);
        return probed;
    }
    static const DeviceProbe& all() {
        static const DeviceProbe probed = probe_devices(ProbeUntil::all);
        return probed;
    }
};

const Module& open_module() {
    static const CudaModule module;
    return module;
}

}  // namespace
}  // namespace arcmeter::backend::cuda

extern "C" const arcmeter::backend::cuda::ModuleEntry arcmeter_cuda_module{
    ARCMETER_MODULE_IDENTITY, arcmeter::backend::cuda::open_module};

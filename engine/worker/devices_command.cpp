// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "engine/backend/cpu/cpu_backend.h"
#include "engine/backend/cuda/module_loader.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/environment.h"
#include "engine/worker/commands.h"

namespace arcmeter::worker {
namespace {

struct Device {
    protocol::DeviceInfo info;
    std::vector<std::string> precisions;
    std::map<std::string, std::string> libraries;
};

Device device_of(const backend::Backend& backend, const protocol::DeviceInfo& info) {
    Device device{info, {}, backend.libraries()};
    for (const auto& entry : protocol::names_of(protocol::Precision{})) {
        try {
            backend.require_precision(entry.value);
            device.precisions.emplace_back(entry.name);
        } catch (const Error&) {
            continue;  // this device does not have it
        }
    }
    return device;
}

std::vector<Device> all_devices() {
    const backend::cpu::CpuBackend cpu;
    std::vector<Device> devices{device_of(cpu, cpu.device_info())};
    if (const backend::cuda::Module* const module = backend::cuda::usable_module().module) {
        const auto infos = module->devices();
        for (std::size_t i = 0; i < infos.size(); ++i) {
            devices.push_back(device_of(*module->make_backend(i), telemetry::with_gpu_facts(infos[i])));
        }
    }
    return devices;
}

nlohmann::json to_json(const Device& device) {
    const protocol::DeviceInfo& info = device.info;
    return {{"name", info.name},
            {"kind", info.kind},
            {"memory_bytes", info.memory_bytes},
            {"driver", info.driver},
            {"note", info.note},
            {"pci_bus_id", info.pci_bus_id},
            {"precisions", device.precisions},
            {"libraries", device.libraries}};
}

void print(const Device& device) {
    std::string precisions;
    for (const std::string& name : device.precisions) precisions += (precisions.empty() ? "" : ", ") + name;
    std::printf("%-5s %s, %s, %.1f GiB, precisions %s\n", device.info.kind.c_str(), device.info.name.c_str(),
                device.info.note.c_str(), static_cast<double>(device.info.memory_bytes) / (1 << 30),
                precisions.c_str());
}

}  // namespace

int devices_command(bool json) {
    const std::vector<Device> devices = all_devices();
    const std::string reason = backend::cuda_unavailable_reason();
    if (json) {
        nlohmann::json out{{"devices", nlohmann::json::array()},
                           {"cuda", {{"available", reason.empty()}, {"reason", reason}}}};
        for (const Device& device : devices) out["devices"].push_back(to_json(device));
        std::printf("%s\n", out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return exit_done;
    }
    for (const Device& device : devices) print(device);
    if (!reason.empty()) std::printf("cuda  none: %s\n", reason.c_str());
    return exit_done;
}

}  // namespace arcmeter::worker

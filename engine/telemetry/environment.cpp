// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/environment.h"

#include "engine/telemetry/host.h"
#include "engine/telemetry/nvml.h"

namespace arcmeter::telemetry {

protocol::DeviceInfo with_gpu_facts(protocol::DeviceInfo device) {
    const auto nvml = Nvml::open();
    const auto facts = nvml ? nvml->facts(device.pci_bus_id) : std::nullopt;
    if (!facts) return device;
    if (!facts->driver.empty()) device.driver = facts->driver;
    device.note += (device.note.empty() ? "" : ", ") + describe(*facts);
    return device;
}

protocol::Environment environment(const backend::Backend& backend, const std::string& device_reason) {
    protocol::Environment out;
    out.host = host_name();
    out.os = operating_system();
    out.cpu = cpu_name();
    out.cpu_cores = cpu_cores();
    out.governor = cpu_governor();
    out.load_average = load_average();
    const SystemMemory memory = system_memory();
    out.memory_bytes = memory.total_bytes;
    out.memory_available_bytes = memory.available_bytes;
    const protocol::DeviceInfo device = backend.device_info();
    out.devices = {device.kind == "cuda" ? with_gpu_facts(device) : device};
    out.libraries = backend.libraries();
    out.commit = ARCMETER_COMMIT;
    out.device = backend.name();
    out.device_reason = device_reason;
    return out;
}

}  // namespace arcmeter::telemetry

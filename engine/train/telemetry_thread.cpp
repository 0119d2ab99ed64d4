// SPDX-License-Identifier: Apache-2.0
#include "engine/train/telemetry_thread.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/telemetry/host.h"
#include "engine/telemetry/nvml.h"

namespace arcmeter::train {
namespace {

using Sampler = std::function<std::optional<protocol::Telemetry>()>;

Sampler cpu_sampler() {
    const auto cpu = std::make_shared<telemetry::CpuSampler>();
    cpu->utilization();  // the first interval starts here
    return [cpu] {
        protocol::Telemetry out;
        out.device = "cpu";
        out.utilization = cpu->utilization().value_or(0);
        const telemetry::SystemMemory memory = telemetry::system_memory();
        out.memory_used_bytes = memory.total_bytes - memory.available_bytes;
        out.temperature_c = telemetry::cpu_temperature_c();
        out.sm_clock_mhz = telemetry::mean_clock_mhz();
        return std::optional(out);
    };
}

Sampler gpu_sampler(const std::string& pci_bus_id) {
    const std::shared_ptr<telemetry::Nvml> nvml = telemetry::Nvml::open();
    return [nvml, pci_bus_id] {
        auto out = nvml ? nvml->sample(pci_bus_id) : std::nullopt;
        if (out) out->device = "cuda";
        return out;
    };
}

}  // namespace

TelemetryThread::TelemetryThread(EventWriter& events, const protocol::DeviceInfo& device)
    : thread_([&events, device](const std::stop_token& stop) {
          const Sampler sample = device.kind == "cuda" ? gpu_sampler(device.pci_bus_id) : cpu_sampler();
          std::mutex mutex;
          std::condition_variable_any wake;
          std::unique_lock lock(mutex);
          while (!wake.wait_for(lock, stop, std::chrono::seconds(1), [&] { return stop.stop_requested(); })) {
              if (const auto sampled = sample()) events.write(*sampled);
          }
      }) {}

}  // namespace arcmeter::train

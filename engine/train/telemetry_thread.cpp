// SPDX-License-Identifier: Apache-2.0
#include "engine/train/telemetry_thread.h"

#include <condition_variable>
#include <mutex>

#include "engine/telemetry/host.h"

namespace arcmeter::train {
namespace {

protocol::Telemetry sample(telemetry::CpuSampler& cpu) {
    protocol::Telemetry out;
    out.device = "cpu";
    out.utilization = cpu.utilization().value_or(0);
    const telemetry::SystemMemory memory = telemetry::system_memory();
    out.memory_used_bytes = memory.total_bytes - memory.available_bytes;
    out.temperature_c = telemetry::cpu_temperature_c();
    out.sm_clock_mhz = telemetry::mean_clock_mhz();
    return out;
}

}  // namespace

TelemetryThread::TelemetryThread(EventWriter& events)
    : thread_([&events](const std::stop_token& stop) {
          telemetry::CpuSampler cpu;
          cpu.utilization();  // the first interval starts here
          std::mutex mutex;
          std::condition_variable_any wake;
          std::unique_lock lock(mutex);
          while (!wake.wait_for(lock, stop, std::chrono::seconds(1), [&] { return stop.stop_requested(); })) {
              events.write(sample(cpu));
          }
      }) {}

}  // namespace arcmeter::train

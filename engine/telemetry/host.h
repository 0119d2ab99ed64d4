// SPDX-License-Identifier: Apache-2.0
// What a figure depends on besides the program: the machine it was measured on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace arcmeter::telemetry {

std::string host_name();
std::string operating_system();  ///< PRETTY_NAME of /etc/os-release and the kernel's release
std::string cpu_name();
bool cpu_has_flag(const std::string& flag);  ///< as /proc/cpuinfo names it
std::int64_t cpu_cores();                    ///< this process may run on
std::string cpu_governor();                  ///< of the first core; empty where the system does not say
double load_average();                       ///< over the last minute

struct SystemMemory {
    std::int64_t total_bytes = 0;
    std::int64_t available_bytes = 0;
};
/// The machine's, or what a container's limit leaves of it.
SystemMemory system_memory();

/// Share of all cores busy since the previous call (0 to 1); the first call gives nullopt.
class CpuSampler {
public:
    std::optional<double> utilization();

private:
    std::uint64_t busy_ = 0;
    std::uint64_t total_ = 0;
    bool started_ = false;
};

std::optional<double> mean_clock_mhz();     ///< of the cores, where /proc/cpuinfo says
std::optional<double> cpu_temperature_c();  ///< highest of the CPU's sensors, where there are any

}  // namespace arcmeter::telemetry

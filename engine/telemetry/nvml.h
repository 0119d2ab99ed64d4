// SPDX-License-Identifier: Apache-2.0
// NVIDIA's management library, loaded at run time: what a GPU does besides computing. Its absence is no
// error, and of what a device does not report nothing is said.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/protocol/events.h"

namespace arcmeter::telemetry {

/// What does not change during a run, or is of interest only before it.
struct GpuFacts {
    std::string driver;                   ///< "580.65.06"
    std::optional<double> power_limit_w;  ///< in force now
    std::optional<double> max_sm_clock_mhz;
    std::optional<std::int64_t> other_processes;  ///< computing on it, this one not counted
};

/// Used from one thread.
class Nvml {
public:
    /// nullptr where the library is not there or does not start. The name is for tests.
    static std::unique_ptr<Nvml> open(const std::string& library = "libnvidia-ml.so.1");
    ~Nvml();
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;

    /// `pci_bus_id` as CUDA writes it: NVML does not follow CUDA_VISIBLE_DEVICES and may count in another
    /// order.
    std::optional<GpuFacts> facts(const std::string& pci_bus_id) const;

    /// `device_index` and `device` are the caller's to fill.
    std::optional<protocol::Telemetry> sample(const std::string& pci_bus_id) const;

private:
    struct Functions;
    explicit Nvml(std::unique_ptr<Functions> functions);

    std::unique_ptr<Functions> functions_;
};

/// "power limit 700 W, clocks to 1980 MHz, 2 other processes"; parts that are not known are left out.
std::string describe(const GpuFacts& facts);

}  // namespace arcmeter::telemetry

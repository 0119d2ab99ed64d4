// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/nvml.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace arcmeter::telemetry {
namespace {

// The few declarations of nvml.h that are used here; names and values are NVIDIA's, which keeps them from
// version to version.
using Device = struct nvmlDevice_st*;
using Status = int;
constexpr Status success = 0;
constexpr Status insufficient_size = 7;
constexpr int temperature_of_gpu = 0;
constexpr int clock_of_sm = 1;

struct Utilization {
    unsigned int gpu, memory;  // percent
};
struct Memory {
    unsigned long long total, free, used;  // bytes
};
struct ProcessInfo {  // of nvmlDeviceGetComputeRunningProcesses_v3
    unsigned int pid;
    unsigned long long used_memory;
    unsigned int gpu_instance, compute_instance;
};

constexpr std::pair<unsigned long long, const char*> throttle_reasons[] = {
    {0x004, "power cap"},          {0x008, "hardware slowdown"}, {0x010, "sync boost"},
    {0x020, "software thermal"},   {0x040, "hardware thermal"},  {0x080, "power brake"},
    {0x002, "application clocks"}, {0x100, "display clocks"},
};  // 0x001 is an idle device: not held back by anything

std::string names_of(unsigned long long reasons) {
    std::string names;
    for (const auto& [bit, name] : throttle_reasons) {
        if ((reasons & bit) != 0) names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return names;
}

}  // namespace

struct Nvml::Functions {
    explicit Functions(void* opened) : library(opened) {}
    ~Functions() { dlclose(library); }
    Functions(const Functions&) = delete;
    Functions& operator=(const Functions&) = delete;

    template <typename Function>
    void load(Function*& function, const char* name) {
        function = reinterpret_cast<Function*>(dlsym(library, name));
    }

    /// What a function of the form (device, T*) writes; nullopt where there is none or it does not succeed.
    template <typename T>
    static std::optional<T> ask(Status (*function)(Device, T*), Device device) {
        T value{};
        if (function == nullptr || function(device, &value) != success) return std::nullopt;
        return value;
    }

    std::optional<Device> find(const std::string& pci_bus_id) const {
        Device device = nullptr;
        if (by_pci_bus_id == nullptr || by_pci_bus_id(pci_bus_id.c_str(), &device) != success)
            return std::nullopt;
        return device;
    }

    std::optional<std::int64_t> other_processes(Device device) const {
        if (processes == nullptr) return std::nullopt;
        unsigned int count = 256;
        std::vector<ProcessInfo> infos(count);
        const Status status = processes(device, &count, infos.data());
        if (status == insufficient_size) return count;
        if (status != success) return std::nullopt;
        infos.resize(std::min<std::size_t>(count, infos.size()));
        return std::count_if(infos.begin(), infos.end(), [](const ProcessInfo& info) {
            return info.pid != static_cast<unsigned int>(getpid());
        });
    }

    void* library;
    Status (*init)() = nullptr;
    Status (*shutdown)() = nullptr;
    Status (*by_pci_bus_id)(const char*, Device*) = nullptr;
    Status (*utilization)(Device, Utilization*) = nullptr;
    Status (*memory)(Device, Memory*) = nullptr;
    Status (*power_mw)(Device, unsigned int*) = nullptr;
    Status (*power_limit_mw)(Device, unsigned int*) = nullptr;
    Status (*temperature)(Device, int, unsigned int*) = nullptr;
    Status (*clock)(Device, int, unsigned int*) = nullptr;
    Status (*max_clock)(Device, int, unsigned int*) = nullptr;
    Status (*throttle)(Device, unsigned long long*) = nullptr;
    Status (*processes)(Device, unsigned int*, ProcessInfo*) = nullptr;
    Status (*driver)(char*, unsigned int) = nullptr;
};

Nvml::Nvml(std::unique_ptr<Functions> functions) : functions_(std::move(functions)) {}
Nvml::~Nvml() {
    functions_->shutdown();
}

std::unique_ptr<Nvml> Nvml::open(const std::string& library) {
    void* const opened = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) return nullptr;
    auto functions = std::make_unique<Functions>(opened);
    functions->load(functions->init, "nvmlInit_v2");
    functions->load(functions->shutdown, "nvmlShutdown");
    functions->load(functions->by_pci_bus_id, "nvmlDeviceGetHandleByPciBusId_v2");
    functions->load(functions->utilization, "nvmlDeviceGetUtilizationRates");
    functions->load(functions->memory, "nvmlDeviceGetMemoryInfo");
    functions->load(functions->power_mw, "nvmlDeviceGetPowerUsage");
    functions->load(functions->power_limit_mw, "nvmlDeviceGetEnforcedPowerLimit");
    functions->load(functions->temperature, "nvmlDeviceGetTemperature");
    functions->load(functions->clock, "nvmlDeviceGetClockInfo");
    functions->load(functions->max_clock, "nvmlDeviceGetMaxClockInfo");
    functions->load(functions->throttle, "nvmlDeviceGetCurrentClocksThrottleReasons");
    functions->load(functions->processes, "nvmlDeviceGetComputeRunningProcesses_v3");
    functions->load(functions->driver, "nvmlSystemGetDriverVersion");
    if (functions->init == nullptr || functions->shutdown == nullptr || functions->init() != success)
        return nullptr;
    return std::unique_ptr<Nvml>(new Nvml(std::move(functions)));
}

std::optional<GpuFacts> Nvml::facts(const std::string& pci_bus_id) const {
    const auto device = functions_->find(pci_bus_id);
    if (!device) return std::nullopt;
    GpuFacts facts;
    char driver[96] = {};
    if (functions_->driver != nullptr && functions_->driver(driver, sizeof driver - 1) == success) {
        facts.driver = driver;
    }
    if (const auto milliwatts = Functions::ask(functions_->power_limit_mw, *device)) {
        facts.power_limit_w = *milliwatts / 1e3;
    }
    unsigned int clock = 0;
    if (functions_->max_clock != nullptr && functions_->max_clock(*device, clock_of_sm, &clock) == success) {
        facts.max_sm_clock_mhz = clock;
    }
    facts.other_processes = functions_->other_processes(*device);
    return facts;
}

std::optional<protocol::Telemetry> Nvml::sample(const std::string& pci_bus_id) const {
    const auto device = functions_->find(pci_bus_id);
    if (!device) return std::nullopt;
    protocol::Telemetry out;
    if (const auto use = Functions::ask(functions_->utilization, *device)) out.utilization = use->gpu / 100.0;
    if (const auto memory = Functions::ask(functions_->memory, *device)) {
        out.memory_used_bytes = static_cast<std::int64_t>(memory->used);
    }
    if (const auto milliwatts = Functions::ask(functions_->power_mw, *device))
        out.power_w = *milliwatts / 1e3;
    unsigned int value = 0;
    if (functions_->temperature != nullptr &&
        functions_->temperature(*device, temperature_of_gpu, &value) == success) {
        out.temperature_c = value;
    }
    if (functions_->clock != nullptr && functions_->clock(*device, clock_of_sm, &value) == success) {
        out.sm_clock_mhz = value;
    }
    if (const auto reasons = Functions::ask(functions_->throttle, *device))
        out.throttle_reasons = names_of(*reasons);
    return out;
}

std::string describe(const GpuFacts& facts) {
    std::vector<std::string> parts;
    if (facts.power_limit_w)
        parts.push_back("power limit " + std::to_string(std::lround(*facts.power_limit_w)) + " W");
    if (facts.max_sm_clock_mhz) {
        parts.push_back("clocks to " + std::to_string(std::lround(*facts.max_sm_clock_mhz)) + " MHz");
    }
    if (facts.other_processes && *facts.other_processes > 0) {
        parts.push_back(std::to_string(*facts.other_processes) +
                        (*facts.other_processes == 1 ? " other process" : " other processes"));
    }
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

}  // namespace arcmeter::telemetry

// SPDX-License-Identifier: Apache-2.0
// A management library of one device, 0000:4b:00.0, and of a second, 0000:5c:00.0, that reports nothing.
// FAKE_NVML_FAILS makes it not start.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace {

constexpr int success = 0, not_supported = 3, not_found = 6;

struct FakeDevice {
    bool reports;
};
FakeDevice full{true}, mute{false};

template <typename T>
int answer(const FakeDevice* device, T* out, T value) {
    if (!device->reports) return not_supported;
    *out = value;
    return success;
}

struct Utilization {
    unsigned int gpu, memory;
};
struct Memory {
    unsigned long long total, free, used;
};
struct ProcessInfo {
    unsigned int pid;
    unsigned long long used;
    unsigned int gpu_instance, compute_instance;
};

}  // namespace

extern "C" {
int nvmlInit_v2() {
    return std::getenv("FAKE_NVML_FAILS") != nullptr ? 9 : success;
}
int nvmlShutdown() {
    return success;
}
int nvmlDeviceGetHandleByPciBusId_v2(const char* id, FakeDevice** device) {
    if (std::strcmp(id, "0000:4b:00.0") == 0) return *device = &full, success;
    if (std::strcmp(id, "0000:5c:00.0") == 0) return *device = &mute, success;
    return not_found;
}
int nvmlDeviceGetUtilizationRates(FakeDevice* d, Utilization* out) {
    return answer(d, out, {75, 40});
}
int nvmlDeviceGetMemoryInfo(FakeDevice* d, Memory* out) {
    return answer(d, out, {1000, 400, 600});
}
int nvmlDeviceGetPowerUsage(FakeDevice* d, unsigned int* out) {
    return answer(d, out, 651500U);
}
int nvmlDeviceGetEnforcedPowerLimit(FakeDevice* d, unsigned int* out) {
    return answer(d, out, 700000U);
}
int nvmlDeviceGetTemperature(FakeDevice* d, int sensor, unsigned int* out) {
    return answer(d, out, sensor == 0 ? 61U : 0U);
}
int nvmlDeviceGetClockInfo(FakeDevice* d, int clock, unsigned int* out) {
    return answer(d, out, clock == 1 ? 1755U : 0U);
}
int nvmlDeviceGetMaxClockInfo(FakeDevice* d, int clock, unsigned int* out) {
    return answer(d, out, clock == 1 ? 1980U : 0U);
}
int nvmlDeviceGetCurrentClocksThrottleReasons(FakeDevice* d, unsigned long long* out) {
    return answer(d, out, 0x1ULL | 0x4ULL | 0x40ULL);
}
int nvmlDeviceGetComputeRunningProcesses_v3(FakeDevice* d, unsigned int* count, ProcessInfo* infos) {
    if (!d->reports) return not_supported;
    const unsigned int own = static_cast<unsigned int>(getpid());
    infos[0] = {own, 1, 0, 0};
    infos[1] = {own + 1, 1, 0, 0};
    infos[2] = {own + 2, 1, 0, 0};
    *count = 3;
    return success;
}
int nvmlSystemGetDriverVersion(char* version, unsigned int length) {
    std::strncpy(version, "580.65.06", length);
    return success;
}
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/host.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/telemetry/control_group.h"

namespace arcmeter::telemetry {
namespace {

std::string first_line(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// Value of the first "key : value" line of /proc/cpuinfo.
std::string cpuinfo_value(const std::string& key) {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        if (line.compare(0, key.size(), key) != 0) continue;
        const auto colon = line.find(": ");
        if (colon != std::string::npos) return line.substr(colon + 2);
    }
    return {};
}

std::string distribution() {
    std::ifstream file("/etc/os-release");
    std::string line;
    while (std::getline(file, line)) {
        if (line.compare(0, 12, "PRETTY_NAME=") != 0) continue;
        std::string value = line.substr(12);
        value.erase(std::remove(value.begin(), value.end(), '"'), value.end());
        return value;
    }
    return "Linux";
}

}  // namespace

std::string host_name() {
    char name[256] = {};
    return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::string operating_system() {
    utsname names{};
    return uname(&names) == 0 ? distribution() + ", kernel " + names.release : distribution();
}

std::string cpu_name() {
    const std::string name = cpuinfo_value("model name");
    return name.empty() ? "unknown CPU" : name;
}

bool cpu_has_flag(const std::string& flag) {
    std::istringstream flags(cpuinfo_value("flags"));
    std::string item;
    while (flags >> item) {
        if (item == flag) return true;
    }
    return false;
}

std::int64_t cpu_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    return sysconf(_SC_NPROCESSORS_ONLN);
}

std::string cpu_governor() {
    return first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
}

double load_average() {
    double load = 0;
    return getloadavg(&load, 1) == 1 ? load : 0;
}

SystemMemory system_memory() {
    SystemMemory memory;
    std::ifstream file("/proc/meminfo");
    std::string key;
    while (file >> key) {
        std::int64_t kilobytes = 0;
        if (key == "MemTotal:" && file >> kilobytes) memory.total_bytes = kilobytes * 1024;
        if (key == "MemAvailable:" && file >> kilobytes) memory.available_bytes = kilobytes * 1024;
        std::getline(file, key);
    }
    if (const auto group = control_group_memory()) {
        memory.total_bytes = std::min(memory.total_bytes, group->limit_bytes);
        memory.available_bytes = std::min(memory.available_bytes, group->available_bytes);
    }
    return memory;
}

std::optional<double> CpuSampler::utilization() {
    std::ifstream file("/proc/stat");
    std::string label;
    std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    if (!(file >> label >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal))
        return std::nullopt;
    const std::uint64_t busy = user + nice + system + irq + softirq + steal;
    const std::uint64_t total = busy + idle + iowait;
    const bool first = !started_;
    const std::uint64_t busy_since = busy - busy_, total_since = total - total_;
    busy_ = busy;
    total_ = total;
    started_ = true;
    if (first || total_since == 0) return std::nullopt;
    return static_cast<double>(busy_since) / static_cast<double>(total_since);
}

std::optional<double> mean_clock_mhz() {
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    double sum = 0;
    int count = 0;
    while (std::getline(file, line)) {
        if (line.compare(0, 7, "cpu MHz") != 0) continue;
        const auto colon = line.find(": ");
        if (colon == std::string::npos) continue;
        sum += std::strtod(line.c_str() + colon + 2, nullptr);
        ++count;
    }
    if (count == 0) return std::nullopt;
    return sum / count;
}

std::optional<double> cpu_temperature_c() {
    std::optional<double> highest;
    std::error_code error;
    for (const auto& chip : std::filesystem::directory_iterator("/sys/class/hwmon", error)) {
        const std::string name = first_line(chip.path() / "name");
        if (name != "coretemp" && name != "k10temp" && name != "zenpower") continue;
        const std::string value = first_line(chip.path() / "temp1_input");
        if (value.empty()) continue;
        const double celsius = std::strtod(value.c_str(), nullptr) / 1000;
        highest = std::max(highest.value_or(celsius), celsius);
    }
    return highest;
}

}  // namespace arcmeter::telemetry

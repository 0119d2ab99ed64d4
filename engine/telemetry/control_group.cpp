// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/control_group.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace arcmeter::telemetry {
namespace {

namespace fs = std::filesystem;

/// Version 1 writes "no limit" as a number near 2^63.
constexpr std::int64_t no_limit = std::int64_t{1} << 60;

struct FileNames {
    const char* limit;
    const char* usage;
    const char* droppable;  // its key in memory.stat
};
constexpr FileNames version_1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr FileNames version_2{"memory.max", "memory.current", "inactive_file"};

/// nullopt for a missing file and for "max".
std::optional<std::int64_t> number_in(const fs::path& path) {
    std::ifstream file(path);
    std::int64_t value = 0;
    return file >> value ? std::optional(value) : std::nullopt;
}

std::int64_t droppable_in(const fs::path& group, const char* wanted) {
    std::ifstream file(group / "memory.stat");
    std::string key;
    std::int64_t value = 0;
    while (file >> key >> value) {
        if (key == wanted) return value;
    }
    return 0;
}

std::optional<ControlGroupMemory> memory_of(const fs::path& group, const FileNames& names) {
    const auto limit = number_in(group / names.limit);
    const auto usage = number_in(group / names.usage);
    if (!limit || *limit >= no_limit || !usage) return std::nullopt;
    const std::int64_t held = *usage - std::min(*usage, droppable_in(group, names.droppable));
    return ControlGroupMemory{*limit, std::max<std::int64_t>(0, *limit - held)};
}

/// The tightest of a group and those it lies in. A container often sees its own group as the mount's root
/// while /proc names its place outside: then the walk ends at the mount, which is looked at too.
std::optional<ControlGroupMemory> tightest(const fs::path& mount, const fs::path& group,
                                           const FileNames& names) {
    std::optional<ControlGroupMemory> found;
    for (fs::path at = group.relative_path();; at = at.parent_path()) {
        const auto here = memory_of(mount / at, names);
        if (here && (!found || here->available_bytes < found->available_bytes)) found = here;
        if (at.empty()) return found;
    }
}

}  // namespace

std::optional<ControlGroupMemory> control_group_memory(const fs::path& membership, const fs::path& mount) {
    std::ifstream file(membership);
    std::string line;
    while (std::getline(file, line)) {
        // hierarchy:controllers:path; version 2 has no controllers.
        const auto first = line.find(':');
        const auto second = line.find(':', first == std::string::npos ? first : first + 1);
        if (second == std::string::npos) continue;
        const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
        const fs::path group = line.substr(second + 1);
        if (controllers.find(",memory,") != std::string::npos)
            return tightest(mount / "memory", group, version_1);
        if (controllers == ",,") {
            if (const auto found = tightest(mount, group, version_2)) return found;
        }
    }
    return std::nullopt;
}

}  // namespace arcmeter::telemetry

// SPDX-License-Identifier: Apache-2.0
// The memory limit that a container or a batch system puts on this process. The machine's own figures do not
// show it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace arcmeter::telemetry {

struct ControlGroupMemory {
    std::int64_t limit_bytes = 0;
    std::int64_t available_bytes =
        0;  ///< limit - usage, file pages that the kernel drops on demand counted as free
};

/// Of the group with the least available, from this process's own up to the root; versions 1 and 2. nullopt
/// where nothing is limited. The paths are for tests.
std::optional<ControlGroupMemory> control_group_memory(
    const std::filesystem::path& membership = "/proc/self/cgroup",
    const std::filesystem::path& mount = "/sys/fs/cgroup");

}  // namespace arcmeter::telemetry

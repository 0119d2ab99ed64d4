// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/process_memory.h"

#include <fstream>
#include <string>

namespace arcmeter::telemetry {

ProcessMemory process_memory() {
    ProcessMemory memory;
    std::ifstream status("/proc/self/status");
    std::string key;
    while (status >> key) {
        std::int64_t kilobytes = 0;
        if (key == "RssAnon:" && status >> kilobytes) memory.anonymous_bytes = kilobytes * 1024;
        if (key == "RssFile:" && status >> kilobytes) memory.file_backed_bytes = kilobytes * 1024;
        std::getline(status, key);
    }
    return memory;
}

}  // namespace arcmeter::telemetry

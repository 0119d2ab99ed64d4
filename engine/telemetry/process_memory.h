// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace arcmeter::telemetry {

struct ProcessMemory {
    std::int64_t anonymous_bytes = 0;    ///< resident pages with no file behind them
    std::int64_t file_backed_bytes = 0;  ///< resident pages of files, such as a memory-mapped train.rec
};

/// From /proc/self/status; zeros where that cannot be read.
ProcessMemory process_memory();

}  // namespace arcmeter::telemetry

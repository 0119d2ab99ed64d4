// SPDX-License-Identifier: Apache-2.0
// What a process takes of a device's memory besides its plan, measured by runs and kept for the next ones:
// one entry for each device and library version, and another for ranks among others, whose collectives need
// buffers of their own, in $XDG_CACHE_HOME/arcmeter/overhead.json ($HOME/.cache without that variable). The
// file is a cache: one that cannot be read counts as empty, one that cannot be written is left as it is.
#pragma once

#include <filesystem>

#include "engine/backend/backend.h"

namespace arcmeter::train {

/// Measured where a run on this device has been measured, else what the backend assumes. A backend that plans
/// without a device takes what was last measured on any device of its kind, and a rank among others, while
/// none has been measured, what a process alone takes.
backend::Overhead known_overhead(const backend::Backend& backend, std::int64_t world_size);

/// Keeps the largest seen; 0 and less mean nothing and are not kept.
void record_overhead(const backend::Backend& backend, std::int64_t world_size, std::int64_t bytes);

/// Where the entries are; empty where neither variable is set.
std::filesystem::path overhead_file();

}  // namespace arcmeter::train

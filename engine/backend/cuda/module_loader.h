// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/backend/cuda/module.h"

namespace arcmeter::backend::cuda {

struct LoadedModule {
    const Module* module = nullptr;
    std::string reason;  ///< why there is none, in words that can follow "because"; empty when there is one
};

/// Loads the first of the files that is there. It stays loaded.
LoadedModule load_module(const std::vector<std::filesystem::path>& files, const std::string& identity);

/// Whether the module was built with this program; it may be missing where the program runs.
bool module_is_built();

/// The module in this program, else beside it, or in ../lib/arcmeter where it is installed; looked for once.
const LoadedModule& module();

/// The module where it has a device to use, else why not. Asks for the driver before it loads the module: its
/// libraries take a while, and without a driver they are of no use.
const LoadedModule& usable_module();

}  // namespace arcmeter::backend::cuda

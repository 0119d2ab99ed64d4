// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/module_loader.h"

#include <dlfcn.h>

namespace arcmeter::backend::cuda {
namespace {

namespace fs = std::filesystem;

/// Why the module was not built with this program; empty when it was.
constexpr const char* not_built = ARCMETER_CUDA_NOT_BUILT;

std::vector<fs::path> module_files() {
    std::error_code error;
    const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    return {folder / module_file, folder / ".." / "lib" / "arcmeter" / module_file};
}

/// dlerror's words begin with the file that could not be opened or has a fault.
std::string why_not_loaded(const fs::path& file, const std::string& words) {
    const auto colon = words.find(": ");
    const std::string library = words.substr(0, colon);
    const bool missing = words.find("cannot open shared object file: No such file") != std::string::npos;
    if (missing && library != file.string()) {
        return "the CUDA module needs the library " + library + ", which is not found";
    }
    return "the CUDA module cannot be loaded (" + words + ")";
}

bool driver_is_installed() {
    void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (driver == nullptr) return false;
    dlclose(driver);
    return true;
}

LoadedModule find_usable_module() {
    if (!module_is_built()) return {nullptr, not_built};
    if (!driver_is_installed()) return {nullptr, "no NVIDIA driver is installed (libcuda.so.1 is not found)"};
    LoadedModule found = module();
    if (found.module == nullptr) return found;
    found.reason = found.module->unavailable_reason();
    if (!found.reason.empty()) found.module = nullptr;
    return found;
}

}  // namespace

LoadedModule load_module(const std::vector<fs::path>& files, const std::string& identity) {
    for (const fs::path& file : files) {
        std::error_code error;
        if (!fs::exists(file, error)) continue;
        void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) return {nullptr, why_not_loaded(file, dlerror())};
        const auto* const entry = static_cast<const ModuleEntry*>(dlsym(library, module_symbol));
        if (entry == nullptr) return {nullptr, "the CUDA module has no entry " + std::string(module_symbol)};
        if (identity != entry->identity) {
            return {nullptr, "the CUDA module is of another build (" + std::string(entry->identity) +
                                 ") than this program (" + identity + ")"};
        }
        return {&entry->open(), {}};
    }
    return {nullptr, "the CUDA module " + std::string(module_file) + " is not beside this program"};
}

bool module_is_built() {
    return *not_built == '\0';
}

const LoadedModule& module() {
    static const LoadedModule loaded = [] {
        if (!module_is_built()) return LoadedModule{nullptr, not_built};
        if (&arcmeter_cuda_module != nullptr) return LoadedModule{&arcmeter_cuda_module.open(), {}};
        return load_module(module_files(), ARCMETER_MODULE_IDENTITY);
    }();
    return loaded;
}

const LoadedModule& usable_module() {
    static const LoadedModule usable = find_usable_module();
    return usable;
}

}  // namespace arcmeter::backend::cuda

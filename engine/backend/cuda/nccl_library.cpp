// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include "engine/backend/cuda/nccl_api.h"

namespace arcmeter::backend::cuda {
namespace {

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
}

/// The name of the first entry point that is missing; null: all are there.
const char* missing_entry(void* library, NcclApi& api) {
    if (!find(library, "ncclGetErrorString", api.get_error_string)) return "ncclGetErrorString";
    if (!find(library, "ncclGetUniqueId", api.get_unique_id)) return "ncclGetUniqueId";
    if (!find(library, "ncclCommInitRankConfig", api.comm_init_rank_config)) return "ncclCommInitRankConfig";
    if (!find(library, "ncclCommGetAsyncError", api.comm_get_async_error)) return "ncclCommGetAsyncError";
    if (!find(library, "ncclCommFinalize", api.comm_finalize)) return "ncclCommFinalize";
    if (!find(library, "ncclCommDestroy", api.comm_destroy)) return "ncclCommDestroy";
    if (!find(library, "ncclCommAbort", api.comm_abort)) return "ncclCommAbort";
    if (!find(library, "ncclAllReduce", api.all_reduce)) return "ncclAllReduce";
    if (!find(library, "ncclAllGather", api.all_gather)) return "ncclAllGather";
    if (!find(library, "ncclReduceScatter", api.reduce_scatter)) return "ncclReduceScatter";
    if (!find(library, "ncclBroadcast", api.broadcast)) return "ncclBroadcast";
    return nullptr;
}

}  // namespace

std::string nccl_version_text(int version) {
    return std::to_string(version / 10000) + '.' + std::to_string(version / 100 % 100) + '.' +
           std::to_string(version % 100);
}

NcclLibrary load_nccl(const char* file) {
    static NcclApi api;
    NcclLibrary library;
    void* const loaded = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (loaded == nullptr) {
        const char* const words = dlerror();
        library.reason = "NCCL cannot be loaded (" + std::string(words) + ")";
        return library;
    }
    if (!find(loaded, "ncclGetVersion", api.get_version) ||
        api.get_version(&library.version) != nccl_success) {
        library.reason = std::string(file) + " does not say which version of NCCL it is";
    } else if (library.version < nccl_oldest_version) {
        library.reason = "NCCL " + nccl_version_text(library.version) +
                         " is too old (allowed: " + nccl_version_text(nccl_oldest_version) + " or later)";
    } else if (const char* const name = missing_entry(loaded, api)) {
        library.reason = "NCCL " + nccl_version_text(library.version) + " has no " + name;
    } else {
        library.api = &api;
    }
    return library;
}

const NcclLibrary& nccl_library() {
    static const NcclLibrary library = load_nccl("libnccl.so.2");
    return library;
}

}  // namespace arcmeter::backend::cuda

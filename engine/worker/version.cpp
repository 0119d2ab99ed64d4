// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/version.h"

#include <cstdio>

#include "engine/backend/backend.h"
#include "engine/backend/cpu/cpu_backend.h"
#include "engine/backend/cuda/module_loader.h"
#include "engine/comm/job.h"
#include "engine/protocol/error.h"
#include "engine/worker/commands.h"
#include "kernels/cpu/dispatch.h"

namespace arcmeter::worker {

protocol::Hello hello() {
    protocol::Hello hello;
    hello.version = ARCMETER_VERSION;
    hello.backends = {"cpu"};
    if (backend::cuda::module_is_built()) hello.backends.emplace_back("cuda");
    return hello;
}

namespace {

/// Versions where the module is there, and what keeps it from being used where something does.
void print_cuda() {
    const backend::cuda::LoadedModule& loaded = backend::cuda::module();
    if (loaded.module == nullptr) {
        std::printf("  cuda     absent: %s\n", loaded.reason.c_str());
        return;
    }
    std::string versions;
    for (const auto& [name, version] : loaded.module->versions()) {
        versions += (versions.empty() ? "" : ", ") + name + ' ' + version;
    }
    const std::string reason = backend::cuda_unavailable_reason();
    std::printf("  cuda     %s%s\n", versions.c_str(), reason.empty() ? "" : ("; no GPU: " + reason).c_str());
}

}  // namespace

int version_command() {
    std::printf("arcmeter-engine %s (commit %s), protocol %d\n", ARCMETER_VERSION, ARCMETER_COMMIT,
                protocol::protocol_version);
    const backend::cpu::CpuBackend cpu;
    std::printf("  cpu      built in, kernels for %s\n", kernels::cpu::isa_name(kernels::cpu::active_isa()));
    const std::string onednn_reason = ARCMETER_ONEDNN_REASON;
    for (const auto& [name, version] : cpu.libraries()) {
        if (name == "oneDNN") std::printf("  oneDNN   %s\n", version.c_str());
    }
    if (!onednn_reason.empty()) {
        std::printf("  oneDNN   absent: %s; convolutions run slow reference kernels\n",
                    onednn_reason.c_str());
    }
    print_cuda();
    if (comm::mpi_unavailable_reason().empty()) {
        std::printf("  mpi      %s\n", comm::mpi_version().c_str());
    } else {
        std::printf("  mpi      absent: %s; runs have one process\n", comm::mpi_unavailable_reason().c_str());
    }
    return exit_done;
}

}  // namespace arcmeter::worker

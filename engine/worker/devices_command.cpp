// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "engine/backend/cpu/cpu_backend.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/environment.h"
#include "engine/worker/commands.h"

namespace arcmeter::worker {
namespace {

std::vector<std::string> precisions_of(const backend::Backend& backend) {
    std::vector<std::string> names;
    for (const auto& entry : protocol::names_of(protocol::Precision{})) {
        try {
            backend.require_precision(entry.value);
            names.emplace_back(entry.name);
        } catch (const Error&) {
            continue;  // this device does not have it
        }
    }
    return names;
}

}  // namespace

int devices_command(bool json) {
    const backend::cpu::CpuBackend cpu;
    const protocol::DeviceInfo info = cpu.device_info();
    const std::vector<std::string> precisions = precisions_of(cpu);
    const std::string reason = backend::cuda_unavailable_reason();
    if (json) {
        const nlohmann::json device{{"name", info.name},          {"kind", info.kind},
                                    {"memory_bytes", info.memory_bytes}, {"note", info.note},
                                    {"precisions", precisions},   {"libraries", cpu.libraries()}};
        const nlohmann::json out{{"devices", {device}}, {"cuda", {{"available", false}, {"reason", reason}}}};
        std::printf("%s\n", out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return exit_done;
    }
    std::string list;
    for (const std::string& name : precisions) list += (list.empty() ? "" : ", ") + name;
    std::printf("cpu   %s, %s, %.1f GiB, precisions %s\n", info.name.c_str(), info.note.c_str(),
                static_cast<double>(info.memory_bytes) / (1 << 30), list.c_str());
    std::printf("cuda  none: %s\n", reason.c_str());
    return exit_done;
}

}  // namespace arcmeter::worker

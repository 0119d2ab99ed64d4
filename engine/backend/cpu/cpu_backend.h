// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/backend.h"

namespace arcmeter::backend::cpu {

class CpuBackend : public Backend {
public:
    std::string name() const override { return "cpu"; }
    void require_precision(protocol::Precision precision) const override;
    std::unique_ptr<Executor> make_executor(const graph::Graph& graph,
                                            const ExecutorOptions& options) override;
    protocol::MemoryPlan plan(const graph::Graph& graph, const ExecutorOptions& options) const override;
    Overhead overhead() const override;
    std::int64_t available_bytes() const override;  ///< of the machine, or of the control group it is in
    bool shares_host_memory() const override { return true; }
    std::int64_t class_chunk_bytes() const override { return std::int64_t{4} << 20; }
    protocol::DeviceInfo device_info() const override;
    std::map<std::string, std::string> libraries() const override;
    double peak_flops(protocol::Precision precision) const override;
    double peak_bytes_per_s() const override;
};

}  // namespace arcmeter::backend::cpu

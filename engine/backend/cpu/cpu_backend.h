// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/backend.h"

namespace arcmeter::backend::cpu {

class CpuBackend : public Backend {
public:
    std::string name() const override { return "cpu"; }
    void require_precision(protocol::Precision precision) const override;
    std::unique_ptr<Executor> make_executor(const graph::Graph& graph, const ExecutorOptions& options) override;
    protocol::MemoryPlan plan(const graph::Graph& graph, const ExecutorOptions& options) const override;
    protocol::DeviceInfo device_info() const override;
    std::map<std::string, std::string> libraries() const override;
    double peak_flops(protocol::Precision precision) const override;
    double peak_bytes_per_s() const override;
};

}  // namespace arcmeter::backend::cpu

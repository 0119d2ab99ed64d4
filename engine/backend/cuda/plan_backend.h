// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/backend.h"

namespace arcmeter::backend::cuda {

/// The CUDA backend as far as it needs no device: it plans, on any machine. It has no executor.
class PlanBackend : public Backend {
public:
    std::string name() const override { return "cuda"; }

    /// Every precision: which device will run the plan is not known.
    void require_precision(protocol::Precision precision) const override;

    /// Throws Error(device_unavailable).
    std::unique_ptr<Executor> make_executor(const graph::Graph& graph,
                                            const ExecutorOptions& options) override;

    protocol::MemoryPlan plan(const graph::Graph& graph, const ExecutorOptions& options) const override;
    Overhead overhead() const override;
    std::int64_t available_bytes() const override { return 0; }
    bool shares_host_memory() const override { return false; }
    std::int64_t class_chunk_bytes() const override;
    protocol::DeviceInfo device_info() const override;
    std::map<std::string, std::string> libraries() const override { return {}; }
    double peak_flops(protocol::Precision) const override { return 0; }
};

}  // namespace arcmeter::backend::cuda

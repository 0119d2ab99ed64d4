// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/backend.h"
#include "engine/backend/cpu/anonymous_memory.h"
#include "engine/backend/cpu/launches.h"

namespace arcmeter::backend::cpu {

/// Sets the number of OpenMP threads and returns it. To be called before a CpuProgram is made: oneDNN divides
/// the work and sizes its workspace for the threads there are when a primitive is described, not when it
/// runs.
int use_threads(const ExecutorOptions& options);

/// Runs a graph's operations one after the other on the calling thread and OpenMP's. Submitting a step runs
/// it.
class CpuExecutor : public Executor {
public:
    CpuExecutor(graph::Graph graph, std::unique_ptr<ProductLibrary> library, const ExecutorOptions& options);

    void initialise(std::uint64_t seed) override;
    void write_tensor(graph::TensorId id, std::span<const float> values) override;
    std::vector<float> read_tensor(graph::TensorId id) override;
    void submit(const StepInput& input) override;
    std::vector<StepReport> collect() override;
    void drain() override {}
    protocol::MemoryPlan memory() const override { return program_.memory(); }
    std::int64_t device_memory_bytes() const override;
    std::vector<std::string> describe() const override;

private:
    struct Launch {
        std::string name;
        graph::OpKind kind;
        graph::Part part;
        Run run;
        double total_ms = 0;
    };

    void bind();
    Run bind_operation(std::size_t index);
    void fill_plain(graph::TensorId id, std::uint64_t key);
    void load_input(const StepInput& input);
    void poison();
    bool stopped() const { return options_.stop && options_.stop->load(std::memory_order_relaxed); }

    graph::Graph graph_;
    ExecutorOptions options_;
    const int threads_;
    std::unique_ptr<ProductLibrary> library_;
    CpuProgram program_;
    AnonymousMemory memory_;
    StepInput step_;
    Bindings bindings_;
    std::vector<StartedCollective> collectives_;
    std::vector<Launch> launches_;
    std::vector<StepReport> reports_;
    std::int64_t steps_run_ = 0;
    bool copies_stale_ = true;
};

}  // namespace arcmeter::backend::cpu

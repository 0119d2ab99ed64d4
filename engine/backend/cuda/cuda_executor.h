// SPDX-License-Identifier: Apache-2.0
// Runs a step on one CUDA device. The whole device memory of a step is one allocation, laid out by
// CudaProgram. Two instances of the step alternate: while the device runs one, the other's input is sent.
// Each is captured into a CUDA graph once it has run, and then replayed; nothing that changes from step to
// step is part of what was captured.
#pragma once

#include <deque>

#include "engine/backend/cuda/nccl_communicator.h"
#include "engine/backend/cuda/step_instance.h"

namespace arcmeter::backend::cuda {

class CudaExecutor : public Executor {
public:
    /// The device must be current, here and in every call. The library is asked for its products before the
    /// step's memory is allocated, so that it may measure them.
    /// `nccl`: for a graph with collectives; null: the library that is installed. Throws
    /// Error(device_unavailable) where that cannot be used, and what NcclCommunicator throws.
    CudaExecutor(graph::Graph graph, std::unique_ptr<ProductLibrary> library, const ExecutorOptions& options,
                 const NcclApi* nccl = nullptr);
    ~CudaExecutor() override;

    void initialise(std::uint64_t seed) override;
    void write_tensor(graph::TensorId id, std::span<const float> values) override;

    /// Gradients come back without the loss scale they were computed with.
    std::vector<float> read_tensor(graph::TensorId id) override;

    void submit(const StepInput& input) override;
    std::vector<StepReport> collect() override;
    void drain() override;
    protocol::MemoryPlan memory() const override { return program_.memory(); }
    std::int64_t device_memory_bytes() const override;
    std::vector<std::string> describe() const override;
    std::string note() const override { return note_; }
    bool holds_memory_of_preparation() const override { return library_->has_measured(); }

    /// The loss scale after the steps submitted so far; waits for them. Training never sets it: initialise()
    /// does, and then the device's own rule.
    kernels::LossScale loss_scale();
    void set_loss_scale(const kernels::LossScale& scale);

    std::int64_t allocated_bytes() const { return memory_.bytes(); }

private:
    Bindings bindings(std::size_t instance);
    void upload_tables();
    void reset_state();
    void check_input(const StepInput& input) const;
    void refresh_half_copies();
    void run(StepInstance& instance);
    StepStreams streams() const;
    void try_capture(StepInstance& instance);
    void take_oldest();
    void make_communicator(const NcclApi* nccl);
    bool wait_for(const StepInstance& instance);
    void copy_to_device(void* to, const void* from, std::int64_t bytes);
    void copy_to_host(void* to, const void* from, std::int64_t bytes);
    void initialise_plain(graph::TensorId id, std::uint64_t key);
    void write_plain(graph::TensorId id, std::int64_t first, std::span<const float> values);
    std::vector<float> read_halves(graph::TensorId id);
    std::vector<float> read_activation(graph::TensorId id);
    bool stopped() const { return options_.stop && options_.stop->load(std::memory_order_relaxed); }

    graph::Graph graph_;
    ExecutorOptions options_;
    CudaProgram program_;
    std::unique_ptr<ProductLibrary> library_;
    ProductCache products_;
    DeviceMemory memory_;
    std::optional<PinnedMemory> host_memory_;  ///< of tensors that lie in host memory
    OwnStream compute_{StreamPriority::high};
    OwnStream side_;
    OwnStream copies_;
    kernels::cuda::SgdTensors update_table_{};
    kernels::cuda::SgdTensors copy_table_{};
    std::vector<kernels::cuda::SgdTensors> class_tables_;
    std::unique_ptr<NcclCommunicator> communicator_;  ///< null: the graph has no collectives
    std::vector<std::unique_ptr<StepInstance>> instances_;
    std::size_t next_ = 0;
    std::deque<std::size_t> in_flight_;                                  ///< oldest first
    std::vector<bool> discarded_ = std::vector<bool>(instances, false);  ///< in flight, but cut short
    std::size_t last_ = 0;                                               ///< the instance that ran last
    std::vector<StepReport> reports_;
    bool warm_ = false;  ///< a step was launched kernel by kernel
    bool capture_ = true;
    std::vector<double>
        launch_ms_;  ///< with time_launches: of each launch, summed over all steps but the first
    int timed_steps_ = 0;
    bool copies_stale_ = true;
    std::string note_;
};

}  // namespace arcmeter::backend::cuda

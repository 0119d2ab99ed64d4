// SPDX-License-Identifier: Apache-2.0
// One of the two instances of a step: its launches, bound to its own input buffer and result slot, the events
// that time its parts, and the graph it is captured in.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/backend/cuda/collective_launches.h"
#include "engine/backend/cuda/runtime.h"

namespace arcmeter::backend::cuda {

struct Launch {
    std::string name;
    graph::OpKind kind;
    graph::Part part;
    std::string algorithm;  ///< of the library's product; empty where there is none
    Enqueue enqueue;
    bool beside = false;  ///< runs on the side stream
    bool joins = false;   ///< begins when the side stream has ended
};

/// What a step is enqueued on. With twice the same stream, every launch begins when the one before has ended.
struct StepStreams {
    cudaStream_t main = nullptr;
    cudaStream_t side = nullptr;
};

/// What comes back after a step, in pinned memory.
struct StepResult {
    float loss = 0;
    float accuracy = 0;
    kernels::LossScale loss_scale;  ///< as the step began
};

class StepInstance {
public:
    /// Binds every operation of the program's graph. `bindings` names the instance.
    explicit StepInstance(const Bindings& bindings);

    /// Copies the input to the device on `copies`, from pinned memory of its own, after which `compute` may
    /// go on. The instance must not be in flight.
    void send(const StepInput& input, cudaStream_t copies, cudaStream_t compute);

    /// Enqueues the step's launches with the events between its parts; `captured` says that the main stream
    /// is being captured. The main stream ends last. Returns false when `stop` was set in between.
    bool enqueue(const StepStreams& streams, bool captured, const std::atomic<bool>* stop);

    /// Captures the step; launch() replays it. Throws what a launch or the runtime throws, with the capture
    /// ended.
    void capture(const StepStreams& streams);
    bool captured() const { return graph_.has_value(); }
    void launch(cudaStream_t stream) const { graph_->launch(stream); }

    void finish(cudaStream_t stream) { ARCMETER_CUDA_CHECK(cudaEventRecord(done_, stream)); }
    bool is_done() const;
    void wait() const { ARCMETER_CUDA_CHECK(cudaEventSynchronize(done_)); }

    /// Of the step that ended last.
    StepReport report() const;
    const StepResult& result() const { return *reinterpret_cast<const StepResult*>(result_.data()); }

    const std::vector<Launch>& launches() const { return launches_; }

    /// With time_launches: adds what each launch of the step that ended last took, in milliseconds.
    void add_launch_times(std::vector<double>& total_ms) const;

private:
    void bind();
    void mark(std::size_t index, cudaStream_t stream, bool captured) const;
    void enqueue_launch(std::size_t index, const StepStreams& streams);
    void join(const StepStreams& streams);

    Bindings bindings_;
    StartedRequests requests_;
    CollectiveMarks collectives_;
    std::vector<Launch> launches_;
    std::vector<graph::Part> segments_;  ///< runs of launches that are counted under one part
    std::vector<Event> marks_;           ///< one before each segment and one after the last
    std::vector<Event> launch_ends_;     ///< one after each launch with time_launches, else none
    PinnedMemory input_;
    PinnedMemory result_;
    Event forked_{cudaEventDisableTiming};
    Event side_done_{cudaEventDisableTiming};
    bool side_busy_ = false;  ///< something is enqueued beside that the main stream does not wait for yet
    Event sent_{cudaEventDisableTiming};
    Event done_{cudaEventDisableTiming};
    std::optional<ExecutableGraph> graph_;
    std::uint64_t step_ = 0;
    std::uint64_t batch_ = 0;  ///< number of the images and labels on the device; 0: not known
};

}  // namespace arcmeter::backend::cuda

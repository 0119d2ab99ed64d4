// SPDX-License-Identifier: Apache-2.0
// Collectives of a step on the communicator's stream, and the events that say how long each took.
#pragma once

#include "engine/backend/cuda/launches.h"
#include "engine/backend/cuda/runtime.h"

namespace arcmeter::backend::cuda {

/// Of one instance of a step, by request: recorded on the collectives' stream around each, captured or not.
/// They are read when the step has ended, so that measuring waits for nothing.
class CollectiveMarks {
public:
    explicit CollectiveMarks(std::size_t requests);

    /// Whether the launches that follow are captured.
    void set_captured(bool captured) { captured_ = captured; }
    void begin(std::size_t request, cudaStream_t stream) const { record(begins_[request], stream); }
    void end(std::size_t request, cudaStream_t stream) const { record(ends_[request], stream); }

    /// Milliseconds of each collective of the step that ended last: from when its turn came, a rank that is
    /// waited for included.
    std::vector<double> elapsed_ms() const;

private:
    void record(cudaEvent_t event, cudaStream_t stream) const;

    std::vector<Event> begins_, ends_;
    bool captured_ = false;
};

bool is_collective(graph::OpKind kind);  ///< or its wait

/// `marks` outlives the launch.
Enqueue bind_collective(const Bindings& bindings, const graph::Operation& op, const CollectiveMarks& marks);

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// What one repeat measured so far. A watcher may take a partial result while the step loop is stuck in a
// step.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>

#include "engine/backend/backend.h"
#include "engine/protocol/events.h"

namespace arcmeter::train {

class Measurement {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// `collectives`: what a step communicates, as the plan has it, and by request which of them each belongs
    /// to.
    struct Communication {
        std::vector<protocol::Collective> collectives = {};
        std::vector<std::size_t> of_request = {};
    };

    Measurement(std::int64_t batch, std::int64_t world_size, std::int64_t warmup)
        : batch_(batch), world_size_(world_size), warmup_(warmup) {}

    /// Before the first iteration.
    void set_communication(Communication communication);

    /// The device was drained and the next iteration is the first that counts.
    void begin(Time now);

    /// An iteration (from 1) ended. `data_wait_ms` is in addition to the report's own time.
    protocol::Step add(std::int64_t iteration, const backend::StepReport& report, double data_wait_ms,
                       std::int64_t device_memory, std::int64_t host_memory, Time now);

    /// The device was drained after the last iteration.
    void end(Time now);

    /// Throughput = samples of all ranks in the measured iterations / time between the two edges. Partial
    /// when `end` was not called.
    protocol::Result result() const;

private:
    std::int64_t measured() const { return iterations_ > warmup_ ? iterations_ - warmup_ : 0; }

    mutable std::mutex mutex_;
    const std::int64_t batch_;  ///< of one rank
    const std::int64_t world_size_;
    const std::int64_t warmup_;
    Time begin_{};
    Time last_{};
    bool ended_ = false;
    std::int64_t iterations_ = 0;
    protocol::StepParts part_sums_;
    Communication communication_;                   ///< with sums of the milliseconds
    std::deque<std::pair<double, double>> recent_;  ///< loss and accuracy of the last 50 iterations
    std::int64_t peak_device_memory_ = 0;
    std::int64_t peak_host_memory_ = 0;
};

}  // namespace arcmeter::train

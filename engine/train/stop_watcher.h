// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

namespace arcmeter::train {

/// Ends the process if a step does not come back within half a second of a stop: calls `on_stuck`, which
/// writes what there is, and exits with its code. Exits without it if the reader of the events does not read
/// either.
class StopWatcher {
public:
    /// `answered`: whoever sets it reports. `writing_time`: what on_stuck or the step loop's own report may
    /// take.
    StopWatcher(const std::atomic<bool>& stop, std::atomic<bool>& answered,
                std::chrono::milliseconds writing_time, std::function<int()> on_stuck);

private:
    std::jthread thread_;
};

}  // namespace arcmeter::train

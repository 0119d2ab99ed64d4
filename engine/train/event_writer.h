// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <mutex>

#include "engine/protocol/events.h"

namespace arcmeter::train {

/// Writes events as lines to a file descriptor, each whole and at once. Safe from any thread. When the reader
/// is gone (broken pipe) it goes quiet and says so.
class EventWriter {
public:
    explicit EventWriter(int descriptor);

    /// Of a rank that does not write the protocol: errors go to `forward` as lines, other events nowhere.
    explicit EventWriter(std::function<void(const std::string& line)> forward);

    void write(const protocol::EventBody& body);
    bool broken() const;

private:
    std::string line_of(const protocol::EventBody& body) const;

    const int descriptor_;  ///< -1 where errors are forwarded
    const std::function<void(const std::string&)> forward_;
    const std::chrono::steady_clock::time_point start_;
    mutable std::mutex mutex_;
    bool broken_ = false;
};

}  // namespace arcmeter::train

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>

#include "engine/protocol/events.h"

namespace arcmeter::train {

/// Writes events as lines to a file descriptor, each whole and at once. Safe from any thread. When the reader is gone
/// (broken pipe) it goes quiet and says so.
class EventWriter {
public:
    explicit EventWriter(int descriptor);

    void write(const protocol::EventBody& body);
    bool broken() const;

private:
    const int descriptor_;
    const std::chrono::steady_clock::time_point start_;
    mutable std::mutex mutex_;
    bool broken_ = false;
};

}  // namespace arcmeter::train

// SPDX-License-Identifier: Apache-2.0
#include "engine/train/event_writer.h"

#include <unistd.h>

#include <cerrno>

namespace arcmeter::train {

EventWriter::EventWriter(int descriptor)
    : descriptor_(descriptor), start_(std::chrono::steady_clock::now()) {}

EventWriter::EventWriter(std::function<void(const std::string& line)> forward)
    : descriptor_(-1), forward_(std::move(forward)), start_(std::chrono::steady_clock::now()) {}

std::string EventWriter::line_of(const protocol::EventBody& body) const {
    const auto elapsed = std::chrono::steady_clock::now() - start_;
    return protocol::to_line({std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(), body});
}

void EventWriter::write(const protocol::EventBody& body) {
    if (forward_) {
        if (std::holds_alternative<protocol::ErrorEvent>(body)) forward_(line_of(body));
        return;
    }
    const std::string line = line_of(body) + '\n';
    const std::lock_guard lock(mutex_);
    std::size_t written = 0;
    while (!broken_ && written < line.size()) {
        const ssize_t count = ::write(descriptor_, line.data() + written, line.size() - written);
        if (count > 0) written += static_cast<std::size_t>(count);
        if (count < 0 && errno != EINTR) broken_ = true;
    }
}

bool EventWriter::broken() const {
    const std::lock_guard lock(mutex_);
    return broken_;
}

}  // namespace arcmeter::train

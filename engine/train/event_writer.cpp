// SPDX-License-Identifier: Apache-2.0
#include "engine/train/event_writer.h"

#include <unistd.h>

#include <cerrno>

namespace arcmeter::train {

EventWriter::EventWriter(int descriptor) : descriptor_(descriptor), start_(std::chrono::steady_clock::now()) {}

void EventWriter::write(const protocol::EventBody& body) {
    const auto elapsed = std::chrono::steady_clock::now() - start_;
    const protocol::Event event{std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count(), body};
    const std::string line = protocol::to_line(event) + '\n';
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

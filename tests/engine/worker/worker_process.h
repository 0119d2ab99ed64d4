// SPDX-License-Identifier: Apache-2.0
// The real arcmeter-engine as a child process with pipes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/protocol/events.h"

namespace arcmeter::worker::test {

/// Generous: what does not happen within it never will, whatever the machine's load. No test waits for it to
/// pass.
inline constexpr std::chrono::seconds patience{120};

/// Killed and waited for at the end if it still runs.
class WorkerProcess {
public:
    explicit WorkerProcess(const std::vector<std::string>& arguments);

    /// Another program that starts the worker, and its arguments.
    WorkerProcess(const std::string& program, const std::vector<std::string>& arguments);
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    void write(const std::string& text);
    void close_input();
    void close_output();
    void signal(int number) const;
    pid_t id() const { return pid_; }

    /// Makes the pipe small and waits until the worker can write no more into it.
    void let_output_fill();

    /// The next line of standard output without its newline; nullopt at its end or when patience runs out.
    std::optional<std::string> read_line();

    /// The next event other than telemetry; fails the test on a line that is none.
    std::optional<protocol::EventBody> next_event();

    /// Every remaining event other than telemetry.
    std::vector<protocol::EventBody> remaining_events();

    /// All of standard output that is left, as text.
    std::string remaining_output();

    /// Exit code; -signal when a signal ended it, -1000 when patience ran out.
    int wait();

private:
    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string buffer_;
};

/// One line: y1, 4 images, 100 classes, 4 iterations, 1 of them warm-up. `more` overrides fields, as JSON
/// members.
std::string quick_config(const std::string& more = {});

}  // namespace arcmeter::worker::test

// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/worker/worker_process.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace arcmeter::worker::test {
namespace {

using Clock = std::chrono::steady_clock;

void close_descriptor(int& descriptor) {
    if (descriptor >= 0) close(descriptor);
    descriptor = -1;
}

}  // namespace

WorkerProcess::WorkerProcess(const std::vector<std::string>& arguments)
    : WorkerProcess(ARCMETER_ENGINE, arguments) {}

WorkerProcess::WorkerProcess(const std::string& program, const std::vector<std::string>& arguments) {
    std::signal(SIGPIPE, SIG_IGN);  // a worker that is gone shows as a failed write
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        std::signal(SIGPIPE, SIG_DFL);
        execv(argv[0], argv.data());
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
}

WorkerProcess::~WorkerProcess() {
    close_input();
    close_output();
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
}

void WorkerProcess::write(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::write(input_, text.data() + done, text.size() - done);
        if (count <= 0) return;  // the worker closed its input; what it answers tells
        done += static_cast<std::size_t>(count);
    }
}

void WorkerProcess::close_input() {
    close_descriptor(input_);
}
void WorkerProcess::close_output() {
    close_descriptor(output_);
}
void WorkerProcess::signal(int number) const {
    kill(pid_, number);
}

void WorkerProcess::let_output_fill() {
    const int size = fcntl(output_, F_SETPIPE_SZ, 4096);
    const auto deadline = Clock::now() + patience;
    int before = -1, waiting = 0;
    // Full when two seconds bring no more: how much a line needs is the worker's business.
    while (Clock::now() < deadline && (waiting < size / 2 || waiting != before)) {
        before = waiting;
        std::this_thread::sleep_for(std::chrono::seconds(2));
        ioctl(output_, FIONREAD, &waiting);
    }
}

std::optional<std::string> WorkerProcess::read_line() {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd ready{output_, POLLIN, 0};
        if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) <= 0) return std::nullopt;
        char chunk[65536];
        const ssize_t count = read(output_, chunk, sizeof chunk);
        if (count <= 0) return std::nullopt;
        buffer_.append(chunk, static_cast<std::size_t>(count));
    }
}

std::optional<protocol::EventBody> WorkerProcess::next_event() {
    while (const auto line = read_line()) {
        const protocol::ParsedLine parsed = protocol::parse_line(*line);
        EXPECT_TRUE(parsed.event) << *line << ": " << parsed.problem;
        if (parsed.event && !std::holds_alternative<protocol::Telemetry>(parsed.event->body))
            return parsed.event->body;
    }
    return std::nullopt;
}

std::vector<protocol::EventBody> WorkerProcess::remaining_events() {
    std::vector<protocol::EventBody> events;
    while (auto event = next_event()) events.push_back(std::move(*event));
    return events;
}

std::string WorkerProcess::remaining_output() {
    std::string text;
    while (const auto line = read_line()) text += *line + '\n';
    return text + buffer_;
}

int WorkerProcess::wait() {
    const auto deadline = Clock::now() + patience;
    int status = 0;
    for (;;) {
        if (waitpid(pid_, &status, WNOHANG) == pid_) break;
        if (Clock::now() > deadline) return -1000;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string quick_config(const std::string& more) {
    return R"({"model":"y1","device":"cpu","method":"quick","batch_size_per_device":4,"num_classes":100,)"
           R"("iterations":4,"warmup":1)" +
           (more.empty() ? "" : "," + more) + "}\n";
}

}  // namespace arcmeter::worker::test

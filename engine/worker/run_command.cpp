// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "engine/comm/launch.h"
#include "engine/train/rank_places.h"
#include "engine/train/training_run.h"
#include "engine/worker/commands.h"
#include "engine/worker/config_source.h"
#include "engine/worker/version.h"

namespace arcmeter::worker {
namespace {

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void install_signal_handlers() {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_requested.store(true); };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a reader that went away shows as a write error
}

/// Requests a stop when standard input ends. Detached: it may sit in read() until the process ends.
void watch_standard_input() {
    std::thread([] {
        char buffer[256];
        for (;;) {
            pollfd input{STDIN_FILENO, POLLIN, 0};
            if (poll(&input, 1, -1) < 0) continue;
            if (read(STDIN_FILENO, buffer, sizeof buffer) <= 0) break;
        }
        stop_requested.store(true);
    }).detach();
}

int refuse(train::EventWriter& events, const Error& error, std::int64_t rank = 0) {
    events.write(train::error_event(error, rank));
    return exit_code_of(error.code());
}

int run_alone(const RunOptions& options, train::EventWriter& events) {
    try {
        const protocol::RunConfig config = read_config(options.config);
        if (options.stop_on_close) watch_standard_input();
        return train::run_training(config, events, stop_requested, options.probe);
    } catch (const Error& error) {
        return refuse(events, error);
    }
}

/// Rank 0 speaks for all: it reads the configuration, hands it on, and writes the events.
class FirstRank {
public:
    FirstRank(const RunOptions& options, const comm::LaunchPlace& place, train::EventWriter& events)
        : options_(options), place_(place), events_(events) {}

    int run() {
        std::unique_ptr<comm::Job> job;
        try {
            const protocol::RunConfig config = read_config(options_.config);
            protocol::require_valid(config);
            if (options_.stop_on_close) watch_standard_input();
            job = comm::join_job(
                {&stop_requested, [this](std::int64_t, const std::string& line) { end_with(line); }});
            train::broadcast_text(job->communicator(), to_json(config).dump());
            return train::run_training(
                config, {events_, stop_requested, *job, place_.launcher, answered_, options_.probe});
        } catch (const comm::Stopped&) {
            return exit_stopped;
        } catch (const Error& error) {
            return refuse(events_, error);
        }
    }

private:
    /// Another rank's error ends the run at once, whatever this rank is doing.
    void end_with(const std::string& line) {
        if (answered_.exchange(true)) return;
        const protocol::ParsedLine parsed = protocol::parse_line(line);
        const auto* error = parsed.event ? std::get_if<protocol::ErrorEvent>(&parsed.event->body) : nullptr;
        if (error) events_.write(*error);
        _exit(error ? exit_code_of(error->code) : exit_failed);
    }

    const RunOptions& options_;
    const comm::LaunchPlace& place_;
    train::EventWriter& events_;
    std::atomic<bool> answered_ = false;
};

int train_with(comm::Job& job, const RunOptions& options, const comm::LaunchPlace& place,
               train::EventWriter& events) {
    std::atomic<bool> answered = false;
    try {
        const std::string text = train::broadcast_text(job.communicator(), {});
        return train::run_training(parse_config(text, "rank 0"),
                                   {events, stop_requested, job, place.launcher, answered, options.probe});
    } catch (const comm::Stopped&) {
        return exit_stopped;
    } catch (const Error& error) {
        return refuse(events, error, place.rank);
    }
}

int run_other_rank(const RunOptions& options, const comm::LaunchPlace& place) {
    std::unique_ptr<comm::Job> job;
    try {
        job = comm::join_job({&stop_requested, {}});
    } catch (const Error& error) {
        std::fprintf(stderr, "rank %lld: %s\n", static_cast<long long>(place.rank), error.what());
        return exit_code_of(error.code());
    }
    train::EventWriter events([&job](const std::string& line) { job->report_error(line); });
    const int code = train_with(*job, options, place, events);
    // Once one of its processes has left, mpirun forwards no output until it has ended the others: rank 0
    // goes first.
    if (code == exit_stopped) std::this_thread::sleep_for(std::chrono::seconds(1));
    return code;
}

}  // namespace

int run_command(const RunOptions& options) {
    install_signal_handlers();
    const comm::LaunchPlace place = comm::launch_place();
    if (place.rank > 0) return run_other_rank(options, place);
    train::EventWriter events(STDOUT_FILENO);
    events.write(hello());
    return place.size > 1 ? FirstRank(options, place, events).run() : run_alone(options, events);
}

}  // namespace arcmeter::worker

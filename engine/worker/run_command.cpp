// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <iostream>
#include <thread>

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

protocol::ErrorEvent config_error(const Error& error) {
    protocol::ErrorEvent event;
    event.code = error.code();
    event.message = error.what();
    event.hint = error.hint();
    return event;
}

}  // namespace

int run_command(const RunOptions& options) {
    install_signal_handlers();
    train::EventWriter events(STDOUT_FILENO);
    events.write(hello());
    try {
        const protocol::RunConfig config = read_config(options.config);
        if (options.stop_on_close) watch_standard_input();
        return train::run_training(config, events, stop_requested);
    } catch (const Error& error) {
        events.write(config_error(error));
        return exit_code_of(error.code());
    }
}

}  // namespace arcmeter::worker

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SignalWatcher.h"

#include <fcntl.h>
#include <unistd.h>
#include <csignal>

#include "engine/protocol/error.h"

namespace arcmeter::app::cli {
namespace {

constexpr int watched[] = {SIGINT, SIGTERM, SIGHUP};
int pipeEnds[2] = {-1, -1};  // a handler may do little more than write to a pipe

void handle(int) {
    const char byte = 1;
    // A full pipe already says all there is to say.
    [[maybe_unused]] const ssize_t written = ::write(pipeEnds[1], &byte, 1);
}

}  // namespace

SignalWatcher::SignalWatcher(QObject* parent) : QObject(parent) {
    if (::pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0) {
        throw Error(ErrorCode::internal, "No pipe could be made for signals.");
    }
    m_notifier = std::make_unique<QSocketNotifier>(pipeEnds[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &SignalWatcher::take);
    for (const int number : watched) std::signal(number, handle);
}

SignalWatcher::~SignalWatcher() {
    for (const int number : watched) std::signal(number, SIG_DFL);
    m_notifier.reset();
    ::close(pipeEnds[0]);
    ::close(pipeEnds[1]);
}

void SignalWatcher::take() {
    char bytes[16];
    const ssize_t count = ::read(pipeEnds[0], bytes, sizeof(bytes));
    for (ssize_t i = 0; i < count; ++i) emit asked(++m_times);
}

}  // namespace arcmeter::app::cli

// SPDX-License-Identifier: Apache-2.0
#include "engine/train/stop_watcher.h"

#include <unistd.h>

#include "engine/protocol/error.h"

namespace arcmeter::train {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

StopWatcher::StopWatcher(const std::atomic<bool>& stop, std::atomic<bool>& answered,
                         std::chrono::milliseconds writing_time, std::function<int()> on_stuck)
    : thread_([&stop, &answered, writing_time, on_stuck = std::move(on_stuck)](const std::stop_token& token) {
          while (!token.stop_requested() && !stop.load()) std::this_thread::sleep_for(20ms);
          const auto deadline = Clock::now() + 500ms;
          while (!token.stop_requested() && Clock::now() < deadline) std::this_thread::sleep_for(10ms);
          if (token.stop_requested()) return;
          std::thread([writing_time] {
              std::this_thread::sleep_for(writing_time);
              _exit(exit_stopped);
          }).detach();
          if (answered.exchange(true)) return;
          _exit(on_stuck());
      }) {}

}  // namespace arcmeter::train

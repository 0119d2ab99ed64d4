// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace arcmeter::data {

inline int core_count() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// Calls work(thread, index) for every index below count on `threads` threads and waits. If calls throw, the
/// rest is left out and the first exception seen is rethrown.
template <typename Work>
void parallel_for(std::int64_t count, int threads, const Work& work) {
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::exception_ptr error;
    const auto run = [&](int thread) {
        try {
            for (std::int64_t i = next++; i < count; i = next++) work(thread, i);
        } catch (...) {
            next = count;
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> pool;
        for (int thread = 1; thread < threads; ++thread) pool.emplace_back(run, thread);
        run(0);
    }
    if (error) std::rethrow_exception(error);
}

}  // namespace arcmeter::data

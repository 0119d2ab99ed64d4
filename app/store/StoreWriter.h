// SPDX-License-Identifier: GPL-3.0-or-later
// The one thread of this program that writes to the store. Jobs run in the order given, many in one
// transaction; a job that fails is undone alone. Functions may be called from any thread but the writer's
// own.
#pragma once

#include <QString>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace arcmeter::app {

class Connection;

class StoreWriter {
public:
    using Job = std::function<void(Connection&)>;
    using Notice = std::function<void(const QString&)>;

    /// `failed` is called in the writer's thread when a posted job was lost. Throws when the database cannot
    /// be opened for writing.
    StoreWriter(const QString& path, Notice failed);
    ~StoreWriter();  ///< commits what is waiting

    /// Commits `job` within about `delay`; jobs that come meanwhile join it. `committed`, where given, is
    /// called in the writer's thread afterwards.
    void post(Job job, std::chrono::milliseconds delay, std::function<void()> committed = {});

    /// Runs `job` and waits for its commit; throws what the job threw.
    void perform(Job job);

private:
    struct Item {
        Job job;
        std::function<void()> committed;
        std::exception_ptr failure;
        bool waitedFor = false;
        bool done = false;
    };
    using Batch = std::vector<std::shared_ptr<Item>>;
    using Clock = std::chrono::steady_clock;

    void work(Connection& connection);
    void commit(Connection& connection, const Batch& batch);
    void runJobs(Connection& connection, const Batch& batch);
    void report(const Batch& batch);

    Notice m_failed;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_finished;
    Batch m_waiting;
    Clock::time_point m_due = Clock::time_point::max();
    bool m_stopping = false;
    std::exception_ptr m_openFailure;
    bool m_opened = false;
    std::thread m_thread;
};

}  // namespace arcmeter::app

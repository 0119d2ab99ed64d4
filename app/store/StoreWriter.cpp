// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/StoreWriter.h"

#include <algorithm>

#include "app/store/Connection.h"

namespace arcmeter::app {

StoreWriter::StoreWriter(const QString& path, Notice failed) : m_failed(std::move(failed)) {
    m_thread = std::thread([this, path] {
        std::unique_ptr<Connection> connection;
        std::exception_ptr failure;
        try {
            connection = std::make_unique<Connection>(path, Connection::Mode::ReadWrite);
        } catch (...) {
            failure = std::current_exception();
        }
        {
            const std::lock_guard lock(m_mutex);
            m_openFailure = failure;
            m_opened = true;
        }
        m_finished.notify_all();
        if (connection) work(*connection);
    });
    std::unique_lock lock(m_mutex);
    m_finished.wait(lock, [this] { return m_opened; });
    if (!m_openFailure) return;
    lock.unlock();
    m_thread.join();
    std::rethrow_exception(m_openFailure);
}

StoreWriter::~StoreWriter() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void StoreWriter::post(Job job, std::chrono::milliseconds delay, std::function<void()> committed) {
    auto item = std::make_shared<Item>();
    item->job = std::move(job);
    item->committed = std::move(committed);
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(item));
        m_due = std::min(m_due, Clock::now() + delay);
    }
    m_wake.notify_all();
}

void StoreWriter::perform(Job job) {
    auto item = std::make_shared<Item>();
    item->job = std::move(job);
    item->waitedFor = true;
    std::unique_lock lock(m_mutex);
    m_waiting.push_back(item);
    m_due = Clock::now();
    m_wake.notify_all();
    m_finished.wait(lock, [&] { return item->done; });
    if (item->failure) std::rethrow_exception(item->failure);
}

void StoreWriter::work(Connection& connection) {
    std::unique_lock lock(m_mutex);
    while (true) {
        const auto ready = [this] { return m_stopping || Clock::now() >= m_due; };
        while (!ready()) {
            if (m_due == Clock::time_point::max()) {
                m_wake.wait(lock);
            } else {
                m_wake.wait_until(lock, m_due);
            }
        }
        if (m_waiting.empty() && m_stopping) return;
        Batch batch;
        batch.swap(m_waiting);
        m_due = Clock::time_point::max();
        lock.unlock();
        commit(connection, batch);
        report(batch);
        lock.lock();
        for (const auto& item : batch) item->done = true;
        m_finished.notify_all();
    }
}

void StoreWriter::commit(Connection& connection, const Batch& batch) {
    try {
        connection.transaction([&] { runJobs(connection, batch); });
    } catch (...) {
        for (const auto& item : batch) {
            if (!item->failure) item->failure = std::current_exception();
        }
    }
}

void StoreWriter::runJobs(Connection& connection, const Batch& batch) {
    for (const auto& item : batch) {
        connection.run(QStringLiteral("SAVEPOINT job"));
        try {
            item->job(connection);
        } catch (...) {
            item->failure = std::current_exception();
            // Where this fails too, SQLite has ended the whole transaction: commit() then fails every job.
            connection.run(QStringLiteral("ROLLBACK TO job"));
        }
        connection.run(QStringLiteral("RELEASE job"));
    }
}

void StoreWriter::report(const Batch& batch) {
    bool told = false;
    for (const auto& item : batch) {
        if (!item->failure) {
            if (item->committed) item->committed();
            continue;
        }
        if (item->waitedFor || told) continue;
        told = true;
        try {
            std::rethrow_exception(item->failure);
        } catch (const std::exception& error) {
            m_failed(QString::fromUtf8(error.what()));
        }
    }
}

}  // namespace arcmeter::app

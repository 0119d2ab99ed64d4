// SPDX-License-Identifier: GPL-3.0-or-later
// Reading for the screen in a thread of its own, of which only what was asked for last counts: whoever
// selects the next row no longer waits for the one before. At most one thread at a time. GUI thread.
#pragma once

#include <QObject>
#include <atomic>
#include <functional>
#include <memory>

class QThread;

namespace arcmeter::ui {

class LatestTask : public QObject {
    Q_OBJECT

public:
    using IsStopped = std::function<bool()>;
    using Deliver = std::function<void()>;
    /// Runs in the thread and must not throw. Long work asks `isStopped` now and then; what it returns runs
    /// in the GUI thread, unless something else was asked for meanwhile.
    using Work = std::function<Deliver(const IsStopped& isStopped)>;

    explicit LatestTask(QObject* parent = nullptr);
    ~LatestTask() override;  ///< stops and waits; nothing is delivered any more

    void start(Work work);  ///< instead of what goes on
    void cancel();
    bool isRunning() const { return m_thread != nullptr; }

private:
    void begin();

    QThread* m_thread = nullptr;
    std::shared_ptr<std::atomic<bool>> m_stopped;
    Work m_next;
};

}  // namespace arcmeter::ui

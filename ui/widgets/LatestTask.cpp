// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LatestTask.h"

#include <QThread>
#include <utility>

namespace arcmeter::ui {

LatestTask::LatestTask(QObject* parent) : QObject(parent) {}

LatestTask::~LatestTask() {
    cancel();
    if (!m_thread) return;
    m_thread->wait();
    delete m_thread;
}

void LatestTask::start(Work work) {
    cancel();
    m_next = std::move(work);
    if (!m_thread) begin();
}

void LatestTask::cancel() {
    m_next = nullptr;
    if (m_stopped) m_stopped->store(true);
}

void LatestTask::begin() {
    auto stopped = std::make_shared<std::atomic<bool>>(false);
    auto deliver = std::make_shared<Deliver>();
    m_stopped = stopped;
    m_thread = QThread::create([work = std::exchange(m_next, nullptr), stopped, deliver] {
        *deliver = work([stopped] { return stopped->load(); });
    });
    connect(m_thread, &QThread::finished, this, [this, stopped, deliver] {
        m_thread->deleteLater();
        m_thread = nullptr;
        if (m_next) begin();
        if (!stopped->load() && *deliver) (*deliver)();
    });
    m_thread->start();
}

}  // namespace arcmeter::ui

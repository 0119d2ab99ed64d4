// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl-C, SIGTERM and SIGHUP as Qt signals. One object at a time.
#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <memory>

namespace arcmeter::app::cli {

class SignalWatcher : public QObject {
    Q_OBJECT

public:
    explicit SignalWatcher(QObject* parent = nullptr);
    ~SignalWatcher() override;  ///< gives the signals back to the system's own handling

signals:
    void asked(int times);  ///< how often we have been asked to end, from 1

private:
    void take();

    std::unique_ptr<QSocketNotifier> m_notifier;
    int m_times = 0;
};

}  // namespace arcmeter::app::cli

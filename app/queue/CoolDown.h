// SPDX-License-Identifier: GPL-3.0-or-later
// Watches a run for thermal throttling and afterwards waits until the device has cooled, so that one hot run
// does not slow the next. Lives in the thread that made it; never blocks.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <functional>
#include <optional>

#include "engine/protocol/events.h"

namespace arcmeter::app {

/// The temperature of a device kind ("cpu", "cuda") in degrees Celsius, given to `answer`, now or later,
/// once; nullopt where it cannot be read.
using TemperatureReader =
    std::function<void(const QString& device, std::function<void(std::optional<double>)> answer)>;

/// From /sys for the CPU, from nvidia-smi for CUDA devices.
TemperatureReader systemTemperature(QObject* context);

class CoolDown : public QObject {
    Q_OBJECT

public:
    explicit CoolDown(TemperatureReader reader, QObject* parent = nullptr);

    void beginRun();  ///< forgets the run before
    void watch(const protocol::Telemetry& telemetry);
    bool wanted() const { return m_throttled; }

    /// Waits until the temperature is at most 5 degrees above the first that the run showed (60 degrees where
    /// it showed none), at most 5 minutes; one minute where no temperature can be read. Then done().
    void wait();
    void cancel();
    bool isWaiting() const { return m_timer.isActive(); }

signals:
    void waiting(std::optional<double> temperature, double target);  ///< at each look
    void done();

private:
    void look();
    void take(std::optional<double> temperature);
    void finish();

    TemperatureReader m_reader;
    QTimer m_timer;
    QElapsedTimer m_clock;
    QString m_device;
    std::optional<double> m_first;
    bool m_throttled = false;
    int m_round = 0;  ///< an answer that belongs to a wait that ended is ignored
};

}  // namespace arcmeter::app

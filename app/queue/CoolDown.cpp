// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/queue/CoolDown.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <algorithm>

namespace arcmeter::app {
namespace {

constexpr int lookMs = 2000;
constexpr int mostMs = 5 * 60'000;
constexpr int blindMs = 60'000;
constexpr double aboveFirst = 5;
constexpr double usualTarget = 60;

/// Of power caps and idle clocks, waiting would change nothing.
bool isThermal(const std::string& reasons) {
    const QString text = QString::fromStdString(reasons);
    return text.contains(QStringLiteral("therm"), Qt::CaseInsensitive) ||
           text.contains(QStringLiteral("temperature"), Qt::CaseInsensitive);
}

std::optional<double> cpuTemperature() {
    std::optional<double> hottest;
    const QDir zones(QStringLiteral("/sys/class/thermal"));
    for (const QString& zone : zones.entryList({QStringLiteral("thermal_zone*")}, QDir::Dirs)) {
        QFile file(zones.filePath(zone + QStringLiteral("/temp")));
        if (!file.open(QIODevice::ReadOnly)) continue;
        bool ok = false;
        const double degrees = file.readAll().trimmed().toDouble(&ok) / 1000;
        if (ok && degrees > 0) hottest = std::max(hottest.value_or(degrees), degrees);
    }
    return hottest;
}

std::optional<double> hottestLine(const QByteArray& lines) {
    std::optional<double> hottest;
    for (const QByteArray& line : lines.split('\n')) {
        bool ok = false;
        const double degrees = line.trimmed().toDouble(&ok);
        if (ok) hottest = std::max(hottest.value_or(degrees), degrees);
    }
    return hottest;
}

void askNvidia(QObject* context, const std::function<void(std::optional<double>)>& answer) {
    auto* process = new QProcess(context);
    QObject::connect(process, &QProcess::finished, context, [process, answer] {
        answer(hottestLine(process->readAllStandardOutput()));
        process->deleteLater();
    });
    QObject::connect(process, &QProcess::errorOccurred, context,
                     [process, answer](QProcess::ProcessError error) {
                         if (error != QProcess::FailedToStart) return;
                         answer(std::nullopt);
                         process->deleteLater();
                     });
    process->start(QStringLiteral("nvidia-smi"), {QStringLiteral("--query-gpu=temperature.gpu"),
                                                  QStringLiteral("--format=csv,noheader,nounits")});
}

}  // namespace

TemperatureReader systemTemperature(QObject* context) {
    return [context](const QString& device, const std::function<void(std::optional<double>)>& answer) {
        device == QStringLiteral("cuda") ? askNvidia(context, answer) : answer(cpuTemperature());
    };
}

CoolDown::CoolDown(TemperatureReader reader, QObject* parent) : QObject(parent), m_reader(std::move(reader)) {
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &CoolDown::look);
}

void CoolDown::beginRun() {
    m_throttled = false;
    m_first.reset();
    m_device.clear();
}

void CoolDown::watch(const protocol::Telemetry& telemetry) {
    m_device = QString::fromStdString(telemetry.device);
    if (!m_first) m_first = telemetry.temperature_c;
    m_throttled = m_throttled || isThermal(telemetry.throttle_reasons);
}

void CoolDown::wait() {
    m_clock.start();
    m_timer.start();
    ++m_round;
    look();
}

void CoolDown::cancel() {
    m_timer.stop();
    ++m_round;
}

void CoolDown::look() {
    m_reader(m_device, [this, round = m_round](std::optional<double> temperature) {
        if (round == m_round) take(temperature);
    });
}

void CoolDown::take(std::optional<double> temperature) {
    const double target = m_first ? *m_first + aboveFirst : usualTarget;
    const qint64 patience = temperature ? mostMs : blindMs;
    if ((temperature && *temperature <= target) || m_clock.elapsed() >= patience) {
        finish();
        return;
    }
    emit waiting(temperature, target);
}

void CoolDown::finish() {
    cancel();
    m_throttled = false;
    emit done();
}

}  // namespace arcmeter::app

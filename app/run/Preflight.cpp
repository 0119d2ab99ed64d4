// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/Preflight.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QThread>

namespace arcmeter::app {
namespace {

constexpr double busyShare = 0.2;  // of all cores, before the run
constexpr double lowMemoryBytes = 1.5e9;

QString firstLine(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readLine(4096)).trimmed() : QString();
}

void lookAtLoad(const QString& root, std::vector<PreflightItem>& items) {
    bool ok = false;
    const QString line = firstLine(root + QStringLiteral("/proc/loadavg"));
    const QString value = line.section(QLatin1Char(' '), 0, 0);
    const double load = value.toDouble(&ok);
    if (!ok) return;
    const int cores = QThread::idealThreadCount();
    // The load is a mean over the last minute, in which the previous run may have ended: something must also
    // run now, besides this thread.
    const int running = line.section(QLatin1Char(' '), 3, 3).section(QLatin1Char('/'), 0, 0).toInt() - 1;
    const bool busy = load > busyShare * cores && running > 0;
    const QString sentence =
        busy ? QStringLiteral(
                   "Other programs keep this machine busy (load %1 on %2 cores); figures will be lower.")
             : QStringLiteral("Load is %1 on %2 cores.");
    items.push_back({QStringLiteral("load"), value, sentence.arg(value).arg(cores), busy});
}

void lookAtGovernor(const QString& root, std::vector<PreflightItem>& items) {
    QSet<QString> names;
    const QDir cpus(root + QStringLiteral("/sys/devices/system/cpu"));
    for (const QString& cpu : cpus.entryList({QStringLiteral("cpu[0-9]*")}, QDir::Dirs)) {
        const QString name = firstLine(cpus.filePath(cpu + QStringLiteral("/cpufreq/scaling_governor")));
        if (!name.isEmpty()) names.insert(name);
    }
    if (names.isEmpty()) return;
    QStringList sorted(names.begin(), names.end());
    sorted.sort();
    const QString value = sorted.join(QStringLiteral(", "));
    const bool saving = names.contains(QStringLiteral("powersave"));
    const QString sentence =
        saving ? QStringLiteral("The CPU governor is %1; 'performance' gives steadier figures.")
               : QStringLiteral("The CPU governor is %1.");
    items.push_back({QStringLiteral("governor"), value, sentence.arg(value), saving});
}

void lookAtBattery(const QString& root, std::vector<PreflightItem>& items) {
    const QDir supplies(root + QStringLiteral("/sys/class/power_supply"));
    for (const QString& supply : supplies.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (firstLine(supplies.filePath(supply + QStringLiteral("/type"))) != QStringLiteral("Battery"))
            continue;
        const QString status = firstLine(supplies.filePath(supply + QStringLiteral("/status")));
        if (status.isEmpty()) continue;
        const bool draining = status == QStringLiteral("Discharging");
        const QString sentence =
            draining ? QStringLiteral("This machine runs on battery; clocks may be held down.")
                     : QStringLiteral("This machine runs on mains power.");
        items.push_back({QStringLiteral("battery"), status, sentence, draining});
        return;
    }
}

void lookAtMemory(const QString& root, std::vector<PreflightItem>& items) {
    QFile file(root + QStringLiteral("/proc/meminfo"));
    if (!file.open(QIODevice::ReadOnly)) return;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (!line.startsWith("MemAvailable:")) continue;
        const double bytes = line.mid(13).trimmed().split(' ').front().toDouble() * 1024;
        const QString value =
            QString::number(bytes / (1024.0 * 1024 * 1024), 'f', 1) + QStringLiteral(" GiB");
        const bool low = bytes < lowMemoryBytes;
        const QString sentence =
            low ? QStringLiteral("Only %1 of memory is free.") : QStringLiteral("%1 of memory is free.");
        items.push_back({QStringLiteral("memory"), value, sentence.arg(value), low});
        return;
    }
}

}  // namespace

std::vector<PreflightItem> lookRound(const QString& root) {
    std::vector<PreflightItem> items;
    lookAtLoad(root, items);
    lookAtGovernor(root, items);
    lookAtBattery(root, items);
    lookAtMemory(root, items);
    return items;
}

std::vector<PreflightItem> preflightOf(const protocol::Environment& environment) {
    std::vector<PreflightItem> items;
    int index = 0;
    for (const protocol::DeviceInfo& device : environment.devices) {
        ++index;
        if (device.kind != environment.device || device.note.empty()) continue;
        const QString note = QString::fromStdString(device.note);
        const bool shared = note.contains(QStringLiteral("process"), Qt::CaseInsensitive);
        items.push_back({QStringLiteral("device_%1").arg(index), note,
                         QStringLiteral("%1: %2").arg(QString::fromStdString(device.name), note), shared});
    }
    return items;
}

}  // namespace arcmeter::app

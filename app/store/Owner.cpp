// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/Owner.h"

#include <QCoreApplication>
#include <QFile>
#include <QSysInfo>

namespace arcmeter::app {
namespace {

QString bootId() {
    QFile file(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll()).trimmed() : QString();
}

/// Field 22 of /proc/PID/stat; the second field may hold spaces and brackets, so counting starts after its
/// last ')'.
QString startTime(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    return fields.size() > 19 ? QString::fromLatin1(fields[19]) : QString();
}

}  // namespace

Owner thisProgram() {
    const qint64 pid = QCoreApplication::applicationPid();
    return {QSysInfo::machineHostName(), bootId(), pid, startTime(pid)};
}

bool isDead(const Owner& owner) {
    if (owner.host != QSysInfo::machineHostName()) return false;
    if (owner.boot != bootId()) return true;
    return startTime(owner.pid) != owner.started;
}

}  // namespace arcmeter::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/launch/LauncherMessages.h"

#include <QRegularExpression>

namespace arcmeter::app {
namespace {

/// "mpirun noticed that process rank 1 with PID 77 on node b exited on signal 9 (Killed)."
std::optional<LauncherFailure> lostRank(const QString& text) {
    static const QRegularExpression byMpirun(
        QStringLiteral("process rank (\\d+) with PID \\d+ on node (\\S+) exited on signal (\\d+)"));
    if (const auto match = byMpirun.match(text); match.hasMatch()) {
        return LauncherFailure{QStringLiteral("rank_lost"),
                               QStringLiteral("Rank %1 on %2 was ended by signal %3.")
                                   .arg(match.captured(1), match.captured(2), match.captured(3)),
                               match.captured(1).toInt()};
    }
    // "srun: error: n2: task 3: Killed"
    static const QRegularExpression bySrun(
        QStringLiteral("srun: error: (\\S+): tasks? (\\d+)\\S*: "
                       "(Killed|Segmentation fault|Terminated|Aborted)"));
    if (const auto match = bySrun.match(text); match.hasMatch()) {
        return LauncherFailure{QStringLiteral("rank_lost"),
                               QStringLiteral("Rank %1 on %2 was ended: %3.")
                                   .arg(match.captured(2), match.captured(1), match.captured(3)),
                               match.captured(2).toInt()};
    }
    return std::nullopt;
}

/// Lines that say in themselves why nothing could be started.
std::optional<LauncherFailure> failedStart(const QStringList& lines) {
    static const QRegularExpression telling(QStringLiteral(
        "^(ssh: .+|salloc: error: .+|srun: error: .+|bash: .+|"
        ".*(Permission denied|Connection refused|No route to host|Host key verification failed).*|"
        "There are not enough slots available.*|.*unable to find the specified executable.*)$"));
    for (const QString& line : lines) {
        const QString text = line.trimmed();
        if (!telling.match(text).hasMatch()) continue;
        return LauncherFailure{
            QStringLiteral("launch_failed"),
            QStringLiteral("The ranks could not be started: %1%2")
                .arg(text, text.endsWith(QLatin1Char('.')) ? QString() : QStringLiteral("."))};
    }
    static const QRegularExpression daemon(
        QStringLiteral("ORTE was unable to reliably start one or more "
                       "daemons|ORTE has lost communication"));
    if (!daemon.match(lines.join(QLatin1Char(' '))).hasMatch()) return std::nullopt;
    return LauncherFailure{QStringLiteral("launch_failed"),
                           QStringLiteral("mpirun could not reach one of the hosts.")};
}

}  // namespace

std::optional<LauncherFailure> launcherFailure(const QStringList& lines) {
    if (const auto lost = lostRank(lines.join(QLatin1Char(' ')))) return lost;
    return failedStart(lines);
}

}  // namespace arcmeter::app

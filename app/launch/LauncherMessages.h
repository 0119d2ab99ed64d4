// SPDX-License-Identifier: GPL-3.0-or-later
// What mpirun, ssh and Slurm said, as one sentence: the launcher's own words are the reason a user needs.
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace arcmeter::app {

struct LauncherFailure {
    QString code;     ///< "rank_lost" or "launch_failed"
    QString message;  ///< one sentence
    int rank = 0;     ///< of the lost rank, where it was named
};

/// nullopt where none of `lines` (WorkerExit::lastLines) is a launcher's complaint.
std::optional<LauncherFailure> launcherFailure(const QStringList& lines);

}  // namespace arcmeter::app

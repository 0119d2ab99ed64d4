// SPDX-License-Identifier: GPL-3.0-or-later
// How the ranks of a run are started: by nobody (one rank), by Open MPI's mpirun, by Slurm. What is installed
// is looked up on PATH each time, so that installing a launcher needs no restart.
#pragma once

#include <QString>

#include "app/peer/PeerEngine.h"
#include "app/worker/WorkerProcess.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::app {

struct LauncherState {
    bool available = false;
    QString program;  ///< that is missing; empty where nothing is
    QString package;  ///< Debian's, which brings it
};

/// Whether `launcher` can start runs here. Local can always start one rank.
LauncherState launcherState(protocol::Launcher launcher);

/// The launcher that a configuration needs: several local ranks need mpirun.
protocol::Launcher neededLauncher(const protocol::RunConfig& config);

/// Throws Error(invalid_config), naming the field, where what the configuration needs is not installed.
void requireLauncher(const protocol::RunConfig& config);

/// The process that runs one repeat of `config` (with config.repeat set). Its standard output carries rank
/// 0's events. Throws as requireLauncher().
WorkerLaunch launchOf(const QString& engine, const protocol::RunConfig& config);

/// One rank of a peer.
WorkerLaunch launchOf(const PeerEngine& peer, const protocol::RunConfig& config);

/// Whether CPU ranks on this machine are more than its cores: their figure then says little about scaling.
bool ranksShareCores(const protocol::RunConfig& config);

/// Cores of this machine, not hardware threads: what mpirun counts as slots.
int physicalCores(const QString& cpuinfo = QStringLiteral("/proc/cpuinfo"));

}  // namespace arcmeter::app

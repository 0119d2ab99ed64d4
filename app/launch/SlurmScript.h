// SPDX-License-Identifier: GPL-3.0-or-later
// The batch script that runs configurations under Slurm, made from resources/launch/slurm.sh.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "engine/protocol/run_config.h"

namespace arcmeter::app {

/// What is asked of Slurm, as salloc, sbatch and the script's #SBATCH lines take it.
QStringList slurmOptions(const protocol::RunConfig& config);

/// A whole script: one step of srun after the other for each of `steps` (the repeats of one run; not empty).
/// Every step's rank 0 writes its events to standard output. SIGTERM stops the step that runs, cleanly, and
/// starts no other.
QString slurmScript(const QString& engine, const std::vector<protocol::RunConfig>& steps);

/// The script to be saved and handed to sbatch: every repeat that `config`'s method begins with.
QString slurmBatchScript(const QString& engine, const protocol::RunConfig& config);

}  // namespace arcmeter::app

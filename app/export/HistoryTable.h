// SPDX-License-Identifier: GPL-3.0-or-later
// The tables that leave the program: history rows and a run's steps, each with its provenance as columns.
#pragma once

#include <vector>

#include "app/export/Table.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app {

/// Runs and published rows under the same columns, named as in resources/reference/*.csv where those have
/// them. memory_mib_per_gpu is given for CUDA devices and published rows only; peak_memory_mib also for the
/// CPU.
Table historyTable(const std::vector<HistoryRow>& rows);

/// One row a step, with the run's id, configuration and engine repeated in each.
Table stepsTable(const RunDetails& details, const std::vector<protocol::Step>& steps);

}  // namespace arcmeter::app

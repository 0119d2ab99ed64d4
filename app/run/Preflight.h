// SPDX-License-Identifier: GPL-3.0-or-later
// A look round before a measurement: what on this machine is likely to disturb the figure.
#pragma once

#include <QString>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

/// Reads load, CPU governor, battery and free memory from `root` (the file system's root; tests give a
/// folder). Never throws: what cannot be read is left out. Takes about a millisecond.
std::vector<PreflightItem> lookRound(const QString& root = QStringLiteral("/"));

/// What the worker's own environment event adds: other processes on the device.
std::vector<PreflightItem> preflightOf(const protocol::Environment& environment);

}  // namespace arcmeter::app

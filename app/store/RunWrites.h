// SPDX-License-Identifier: GPL-3.0-or-later
// The statements that change runs. Each belongs into a transaction of the writer's thread.
#pragma once

#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

class Connection;

qint64 insertRun(Connection& connection, const NewRun& run);
/// See RunStore::reopenRun().
void reopenRow(Connection& connection, qint64 runId);
void updateState(Connection& connection, qint64 runId, RunState state);
void writeHello(Connection& connection, qint64 runId, const protocol::Hello& hello);
void writeEnvironment(Connection& connection, qint64 runId, const protocol::Environment& environment);
void writePlan(Connection& connection, qint64 runId, const protocol::Plan& plan);
void writePreflight(Connection& connection, qint64 runId, const std::vector<PreflightItem>& items);
void writeTelemetry(Connection& connection, qint64 runId, int repeat, qint64 timeMs,
                    const protocol::Telemetry& telemetry);
void writeResult(Connection& connection, qint64 runId, const protocol::Result& result);
void writeError(Connection& connection, qint64 runId, const RunFailure& failure);
void writeEnd(Connection& connection, qint64 runId, RunState state, const RunFigures& figures,
              const RunFailure& failure);

/// Unfinished runs of programs that are dead become interrupted, with the figures their stored steps give.
/// Returns how many.
int interruptOrphans(Connection& connection);

}  // namespace arcmeter::app

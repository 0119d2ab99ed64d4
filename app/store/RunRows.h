// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the store's tables into plain structs.
#pragma once

#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

class Connection;

std::vector<HistoryRow> readRuns(Connection& connection);  ///< newest first
HistoryRow readRun(Connection& connection, qint64 runId);  ///< throws Error when there is none
std::vector<HistoryRow> readPublished(Connection& connection);
RunDetails readDetails(Connection& connection, qint64 runId);
protocol::RunConfig readConfig(Connection& connection, qint64 runId);
std::vector<protocol::Result> readResults(Connection& connection, qint64 runId);
std::vector<protocol::Step> readSteps(Connection& connection, qint64 runId);
std::vector<protocol::Telemetry> readTelemetry(Connection& connection, qint64 runId);  ///< in order of time
std::vector<RepeatSecond> readThrottledSeconds(Connection& connection,
                                               qint64 runId);  ///< ascending, each once
std::vector<StepWindow> readStepWindows(Connection& connection, qint64 runId);

}  // namespace arcmeter::app

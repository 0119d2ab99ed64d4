// SPDX-License-Identifier: GPL-3.0-or-later
// One question to the engine, waited for: what the command line uses. The window uses PlanService.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "engine/protocol/events.h"
#include "engine/protocol/limit.h"

namespace arcmeter::app {

/// `arcmeter-engine plan` for one configuration. Throws Error with the engine's own code, sentence and hint
/// where it refuses, Error(internal) where it does not answer sensibly.
protocol::Plan queryPlan(const QString& engine, const protocol::RunConfig& config);

/// The plan of the largest value that fits, with plan.limit.
protocol::Plan queryLimit(const QString& engine, const protocol::RunConfig& config, protocol::Limit limit);
/// The plan, or one sentence why there is none.
struct PlanAnswer {
    std::optional<protocol::Plan> plan;
    QString problem;
};

/// One engine asked about many configurations; as many answers, in order. Those that cannot work are answered
/// without asking. Throws Error(internal) when the engine does not answer.
std::vector<PlanAnswer> queryPlans(const QString& engine, const std::vector<protocol::RunConfig>& configs);

}  // namespace arcmeter::app

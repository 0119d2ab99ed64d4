// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries of a suite this machine can run, why not the others, and how long they take.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/run/DurationEstimator.h"
#include "app/suite/Suite.h"
#include "app/worker/EngineQuery.h"
#include "app/worker/MachineQuery.h"

namespace arcmeter::app {

struct EntryCheck {
    QString reason;  ///< one sentence why it cannot run here; empty when it can
    std::optional<DurationEstimate> duration;
};

/// One sentence why this machine cannot run the entry; empty when it can. `plan`: the engine's answer for it;
/// where a search is to find a value, for the least one.
QString reasonNotToRun(const SuiteEntry& entry, const MachineDevices& machine, const PlanAnswer& plan);

/// Asks the engine for the machine and every plan, and waits: some milliseconds an entry. May be called from
/// any thread. Throws Error(internal) when the engine does not answer.
std::vector<EntryCheck> checkEntries(const QString& engine, const std::vector<SuiteEntry>& entries,
                                     const DurationEstimator& estimator);

/// Of the entries that can run and whose duration is known; nullopt when it is known for none.
std::optional<qint64> totalMilliseconds(const std::vector<EntryCheck>& checks);

}  // namespace arcmeter::app

// SPDX-License-Identifier: GPL-3.0-or-later
// What a stored run's numbers say beyond its figure: where its time went, which repeats lie apart, which
// drift.
#pragma once

#include <QStringList>
#include <functional>
#include <vector>

#include "app/statistics/Diagnosis.h"
#include "app/statistics/Drift.h"
#include "app/statistics/Throttling.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app {

class RunStore;

struct RunInsight {
    Diagnosis diagnosis;
    std::vector<std::size_t> outliers;  ///< places in RunFigures::repeats
    std::vector<RepeatDrift> drifts;
    std::vector<StepSpan>
        throttled;  ///< steps during which a device said that it throttled, to about a second
};

/// Reads the run's telemetry and steps: some tenths of a second for many steps, so not for the thread of a
/// window. Single steps are looked at in runs of at most half a million. Between its parts it asks
/// `isStopped` and then returns what it has.
RunInsight insightOf(
    const RunStore& store, const RunDetails& details,
    const std::function<bool()>& isStopped = [] { return false; });

/// A sentence for each outlier and each drift, in the program's language.
QStringList insightNotes(const RunInsight& insight, const RunDetails& details);

}  // namespace arcmeter::app

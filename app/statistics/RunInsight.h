// SPDX-License-Identifier: GPL-3.0-or-later
// What a stored run's numbers say beyond its figure: where its time went, which repeats lie apart, which drift.
#pragma once

#include <QStringList>
#include <vector>

#include "app/statistics/Diagnosis.h"
#include "app/statistics/Drift.h"
#include "app/store/RunRecord.h"

namespace arcmeter::app {

class RunStore;

struct RunInsight {
    Diagnosis diagnosis;
    std::vector<std::size_t> outliers;  ///< places in RunFigures::repeats
    std::vector<RepeatDrift> drifts;
};

/// Reads the run's telemetry and steps. Drift is looked for in runs of at most half a million steps, so that it
/// never takes long.
RunInsight insightOf(const RunStore& store, const RunDetails& details);

/// A sentence for each outlier and each drift, in the program's language.
QStringList insightNotes(const RunInsight& insight, const RunDetails& details);

}  // namespace arcmeter::app

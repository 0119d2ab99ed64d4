// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/RunInsight.h"

#include <QCoreApplication>
#include <cmath>

#include "app/statistics/Outliers.h"
#include "app/store/RunStore.h"

namespace arcmeter::app {
namespace {

constexpr qint64 most_steps = 500'000;

/// The translation context of the functions here.
struct Words {
    Q_DECLARE_TR_FUNCTIONS(RunInsight)
};

}  // namespace

RunInsight insightOf(const RunStore& store, const RunDetails& details,
                     const std::function<bool()>& isStopped) {
    RunInsight insight;
    insight.diagnosis = diagnose(details, store.telemetry(details.row.id));
    insight.outliers = outliersOf(details.figures.repeats);
    if (details.stepCount > most_steps || isStopped()) return insight;
    const std::vector<protocol::Step> steps = store.steps(details.row.id);
    if (isStopped()) return insight;
    insight.drifts = driftsOf(steps, details.config.effective_warmup());
    insight.throttled = throttledSpans(steps, store.throttledSeconds(details.row.id));
    return insight;
}

QStringList insightNotes(const RunInsight& insight, const RunDetails& details) {
    QStringList notes;
    for (const std::size_t outlier : insight.outliers) {
        notes << Words::tr(
                     "Repeat %1 (%2 samples/s) is an outlier, far from the others; it counts all the same.")
                     .arg(outlier + 1)
                     .arg(details.figures.repeats[outlier], 0, 'f', 2);
    }
    for (const RepeatDrift& each : insight.drifts) {
        const QString share = QString::number(100 * std::abs(each.drift.change), 'f', 1);
        notes << (each.drift.change > 0
                      ? Words::tr("Repeat %1 drifts: its steps became %2 % slower from beginning to end.")
                      : Words::tr("Repeat %1 drifts: its steps became %2 % faster from beginning to end."))
                     .arg(each.repeat + 1)
                     .arg(share);
    }
    return notes;
}

}  // namespace arcmeter::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/search/SearchHistory.h"

#include <QRandomGenerator>
#include <QSysInfo>
#include <algorithm>

#include "app/store/RunStore.h"

namespace arcmeter::app {
namespace {

QString limitName(protocol::Limit limit) {
    const std::string_view name = to_string(limit);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

QString tagPrefix(protocol::Limit limit) {
    return QStringLiteral("%1 %2 ").arg(searchTag, limitName(limit));
}

}  // namespace

QString newSearchTag(protocol::Limit limit) {
    return tagPrefix(limit) +
           QStringLiteral("%1").arg(QRandomGenerator::global()->generate(), 8, 16, QLatin1Char('0'));
}

QString searchTagOf(const HistoryRow& row, protocol::Limit limit) {
    for (const QString& tag : row.tags) {
        if (tag.startsWith(tagPrefix(limit))) return tag;
    }
    return {};
}

bool isOutOfMemory(const RunFailure& failure) {
    if (failure.code == QStringLiteral("out_of_memory")) return true;
    // Where memory is short the system ends a process by SIGKILL, which it cannot report itself.
    return failure.code == QStringLiteral("worker_died") &&
           failure.message.contains(QStringLiteral("SIGKILL"));
}

std::optional<SearchProbe> probeOf(const HistoryRow& row, const RunFigures& figures,
                                   const std::vector<RunFailure>& errors, const protocol::RunConfig& config,
                                   const std::optional<protocol::Plan>& plan, protocol::Limit limit) {
    SearchProbe probe;
    probe.value = protocol::limit_value(config, limit, config.num_classes.value_or(0));
    probe.runId = row.id;
    if (plan) probe.plannedBytes = plan->memory.total();
    probe.peakBytes = figures.peakDeviceMemoryBytes;
    probe.samplesPerSecond = figures.samplesPerSecond;
    if (row.state == RunState::Finished) {
        const bool isAbove =
            config.memory_limit_bytes && probe.peakBytes && *probe.peakBytes > *config.memory_limit_bytes;
        probe.outcome = isAbove ? SearchProbe::Outcome::AboveLimit : SearchProbe::Outcome::Works;
        return probe;
    }
    const bool isShort =
        row.state == RunState::Failed && std::any_of(errors.begin(), errors.end(), isOutOfMemory);
    if (!isShort) return std::nullopt;
    probe.outcome = SearchProbe::Outcome::OutOfMemory;
    return probe;
}

EarlierSearch earlierSearch(const RunStore& store, const protocol::RunConfig& config, protocol::Limit limit) {
    const protocol::RunConfig wanted = probeConfig(config, limit, 1);
    const QString host = QSysInfo::machineHostName();
    EarlierSearch found;
    for (const HistoryRow& row : store.runs()) {  // newest first
        const QString tag = searchTagOf(row, limit);
        if (tag.isEmpty() || (!found.tag.isEmpty() && tag != found.tag)) continue;
        if (!row.host.isEmpty() && row.host != host) continue;
        const RunDetails details = store.details(row.id);
        if (probeConfig(details.config, limit, 1) != wanted) continue;
        found.tag = tag;
        auto probe =
            probeOf(details.row, details.figures, details.errors, details.config, details.plan, limit);
        if (!probe) continue;
        probe->isKnownFromBefore = true;
        found.probes.insert(found.probes.begin(), *probe);
    }
    return found;
}

}  // namespace arcmeter::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store/RunRecord.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

constexpr std::array<std::pair<RunState, const char*>, 9> stateNames{
    {{RunState::Queued, "queued"},
     {RunState::Starting, "starting"},
     {RunState::Preparing, "preparing"},
     {RunState::WarmingUp, "warming_up"},
     {RunState::Measuring, "measuring"},
     {RunState::Finished, "finished"},
     {RunState::Failed, "failed"},
     {RunState::Stopped, "stopped"},
     {RunState::Interrupted, "interrupted"}}};

/// A repeat that measured something: a stop during warm-up leaves a result without a figure.
bool hasFigure(const protocol::Result& result) {
    return std::isfinite(result.samples_per_s) && result.samples_per_s > 0;
}

std::optional<qint64> known(qint64 bytes) {
    return bytes > 0 ? std::optional<qint64>(bytes) : std::nullopt;
}

std::optional<double> finite(double value) {
    return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

std::vector<const protocol::Result*> countingRepeats(const std::vector<protocol::Result>& repeats) {
    std::vector<const protocol::Result*> whole;
    std::vector<const protocol::Result*> all;
    for (const protocol::Result& result : repeats) {
        if (!hasFigure(result)) continue;
        all.push_back(&result);
        if (!result.partial) whole.push_back(&result);
    }
    return whole.empty() ? all : whole;
}

}  // namespace

QString toString(RunState state) {
    for (const auto& [value, name] : stateNames) {
        if (value == state) return QString::fromLatin1(name);
    }
    return {};
}

std::optional<RunState> runStateFromString(const QString& name) {
    for (const auto& [value, text] : stateNames) {
        if (name == QLatin1String(text)) return value;
    }
    return std::nullopt;
}

RowReference referenceOf(const HistoryRow& row) {
    return {row.kind, row.id};
}

QString toString(const RowReference& reference) {
    const QString number = QString::number(reference.id);
    if (reference.kind == HistoryRow::Kind::Published) return QStringLiteral("ref:") + number;
    return reference.kind == HistoryRow::Kind::Imported ? QStringLiteral("imp:") + number : number;
}

std::optional<RowReference> rowReferenceFromString(const QString& text) {
    const QString prefix = text.section(QLatin1Char(':'), 0, -2);
    bool ok = false;
    const qint64 id = text.section(QLatin1Char(':'), -1).toLongLong(&ok);
    if (!ok || id < 1) return std::nullopt;
    if (prefix.isEmpty() ? !text.contains(QLatin1Char(':')) : prefix == QStringLiteral("run"))
        return RowReference{HistoryRow::Kind::Run, id};
    if (prefix == QStringLiteral("ref")) return RowReference{HistoryRow::Kind::Published, id};
    if (prefix == QStringLiteral("imp")) return RowReference{HistoryRow::Kind::Imported, id};
    return std::nullopt;
}

bool isEnded(RunState state) {
    return state == RunState::Finished || state == RunState::Failed || state == RunState::Stopped ||
           state == RunState::Interrupted;
}

RunFigures figuresOf(const std::vector<protocol::Result>& repeats) {
    RunFigures figures;
    const std::vector<const protocol::Result*> counting = countingRepeats(repeats);
    if (counting.empty()) return figures;
    qint64 devicePeak = 0;
    qint64 hostPeak = 0;
    double utilization = 0;
    for (const protocol::Result* result : counting) {
        figures.repeats.push_back(result->samples_per_s);
        devicePeak = std::max<qint64>(devicePeak, result->peak_device_memory_bytes);
        hostPeak = std::max<qint64>(hostPeak, result->peak_host_memory_bytes);
        utilization += result->model_flops_utilization / static_cast<double>(counting.size());
    }
    const protocol::RepeatStatistics statistics = protocol::repeat_statistics(figures.repeats);
    figures.samplesPerSecond = statistics.median;
    figures.mean = statistics.mean;
    figures.min = statistics.min;
    figures.max = statistics.max;
    if (statistics.ci95) {
        figures.stddev = statistics.stddev;
        figures.ci95 = statistics.ci95;
    }
    figures.peakDeviceMemoryBytes = known(devicePeak);
    figures.peakHostMemoryBytes = known(hostPeak);
    figures.finalLoss = finite(counting.back()->final_loss);
    figures.accuracy = finite(counting.back()->accuracy);
    if (std::isfinite(utilization) && utilization > 0) figures.modelFlopsUtilization = utilization;
    if (counting.back()->world_size > 1) {
        double communicationMs = 0;
        for (const protocol::Result* result : counting) communicationMs += result->parts.communication;
        figures.communicationMs = communicationMs / static_cast<double>(counting.size());
        figures.communicationBytesPerStep = counting.back()->communication_bytes_per_step;
    }
    figures.partial = counting.back()->partial;
    return figures;
}

std::optional<double> planDeviation(const protocol::Result& result) {
    if (result.planned_memory_bytes <= 0 || result.peak_device_memory_bytes <= 0) return std::nullopt;
    return static_cast<double>(result.peak_device_memory_bytes) /
               static_cast<double>(result.planned_memory_bytes) -
           1;
}

protocol::Result resultOf(const std::vector<protocol::Result>& repeats, const RunFigures& figures) {
    using Parts = protocol::StepParts;
    protocol::Result merged;
    const std::vector<const protocol::Result*> counting = countingRepeats(repeats);
    if (!counting.empty()) merged = *counting.back();
    const auto mean = [&](auto valueOf) {
        double sum = 0;
        for (const protocol::Result* result : counting) sum += valueOf(*result);
        return counting.empty() ? 0 : sum / static_cast<double>(counting.size());
    };
    merged.samples_per_s = figures.samplesPerSecond.value_or(NAN);
    merged.repeats = figures.repeats;
    merged.min = figures.min.value_or(NAN);
    merged.max = figures.max.value_or(NAN);
    merged.stddev = figures.stddev.value_or(0);
    merged.ci95 = figures.ci95;
    for (const auto part : {&Parts::data_wait, &Parts::forward, &Parts::head, &Parts::backward,
                            &Parts::communication, &Parts::optimizer}) {
        merged.parts.*part = mean([part](const protocol::Result& result) { return result.parts.*part; });
    }
    merged.peak_device_memory_bytes = figures.peakDeviceMemoryBytes.value_or(0);
    merged.peak_host_memory_bytes = figures.peakHostMemoryBytes.value_or(0);
    merged.model_flops_utilization = figures.modelFlopsUtilization.value_or(0);
    merged.flops_per_s = mean([](const protocol::Result& result) { return result.flops_per_s; });
    merged.partial = figures.partial;
    return merged;
}

}  // namespace arcmeter::app

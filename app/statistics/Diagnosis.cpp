// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/Diagnosis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/statistics/Throttling.h"

namespace arcmeter::app {
namespace {

constexpr double waiting_from = 0.10;
constexpr double throttled_from = 0.10;
constexpr double near_limit_from = 0.70;
constexpr double near_peak_from = 0.60;
constexpr double unaccounted_from = 0.15;
constexpr double busy_below = 0.80;
constexpr double memory_from = 0.20;

constexpr std::array<std::pair<Bottleneck, const char*>, 8> bottleneckNames{
    {{Bottleneck::Unknown, "unknown"},
     {Bottleneck::Data, "data"},
     {Bottleneck::Communication, "communication"},
     {Bottleneck::Throttled, "throttled"},
     {Bottleneck::NearLimit, "near_limit"},
     {Bottleneck::MemoryBandwidth, "memory_bandwidth"},
     {Bottleneck::Launch, "launch"},
     {Bottleneck::Kernels, "kernels"}}};

std::optional<double> known(double value) {
    return std::isfinite(value) && value > 0 ? std::optional(value) : std::nullopt;
}

/// A part of the step against the whole; nullopt where the engine tells no parts.
void setParts(Diagnosis& out, const protocol::StepParts& parts, double stepMs) {
    const double told =
        parts.data_wait + parts.forward + parts.head + parts.backward + parts.communication + parts.optimizer;
    if (!(told > 0) || !(stepMs > 0)) return;
    const double whole = std::max(told, stepMs);  // parts of overlapping steps can add up to a little more
    out.dataWait = parts.data_wait / whole;
    out.communication = parts.communication / whole;
    out.unaccounted = (whole - told) / whole;
}

void setBounds(Diagnosis& out, const std::vector<protocol::Result>& repeats, const RunFigures& figures) {
    out.arithmetic = figures.modelFlopsUtilization;
    double sum = 0;
    int count = 0;
    for (const protocol::Result& repeat : repeats) {
        if (const auto share = known(repeat.memory_bandwidth_utilization)) {
            sum += *share;
            ++count;
        }
    }
    if (count > 0) out.memory = sum / count;
    if (out.arithmetic) out.bound = *out.arithmetic + out.memory.value_or(0);
}

void setTelemetry(Diagnosis& out, const std::vector<protocol::Telemetry>& telemetry) {
    if (telemetry.empty()) return;
    const Throttling throttling = throttlingOf(telemetry);
    out.throttled = throttling.share();
    out.throttleReasons = throttling.reasons;
    double busy = 0;
    for (const protocol::Telemetry& word : telemetry) busy += word.utilization;
    out.utilization = busy / static_cast<double>(telemetry.size());
}

/// Waiting comes first: it can be mended without touching the computation. What slows the device itself next.
Bottleneck judge(const Diagnosis& d) {
    const double data = d.dataWait.value_or(0), communication = d.communication.value_or(0);
    if (std::max(data, communication) >= waiting_from)
        return data >= communication ? Bottleneck::Data : Bottleneck::Communication;
    if (d.throttled.value_or(0) >= throttled_from) return Bottleneck::Throttled;
    if (d.bound.value_or(0) >= (d.memory ? near_limit_from : near_peak_from)) return Bottleneck::NearLimit;
    const bool idle = d.device == QStringLiteral("cuda") && d.utilization.value_or(1) < busy_below;
    if (d.unaccounted.value_or(0) >= unaccounted_from || idle) return Bottleneck::Launch;
    if (d.memory.value_or(0) >= memory_from && *d.memory > d.arithmetic.value_or(0))
        return Bottleneck::MemoryBandwidth;
    return d.bound || d.dataWait ? Bottleneck::Kernels : Bottleneck::Unknown;
}

}  // namespace

QString toString(Bottleneck bottleneck) {
    for (const auto& [value, name] : bottleneckNames) {
        if (value == bottleneck) return QLatin1String(name);
    }
    return {};
}

Diagnosis diagnose(const RunDetails& details, const std::vector<protocol::Telemetry>& telemetry) {
    Diagnosis out;
    out.device = details.row.device;
    if (!details.figures.samplesPerSecond) return out;
    const auto batch =
        static_cast<double>(details.config.batch_size_per_device * details.config.world_size());
    const protocol::Result merged = resultOf(details.repeats, details.figures);
    setParts(out, merged.parts, 1000 * batch / *details.figures.samplesPerSecond);
    setBounds(out, details.repeats, details.figures);
    setTelemetry(out, telemetry);
    out.bottleneck = judge(out);
    return out;
}

nlohmann::json diagnosisJson(const Diagnosis& diagnosis) {
    const auto number = [](const std::optional<double>& value) {
        return value ? nlohmann::json(*value) : nlohmann::json();
    };
    nlohmann::json reasons = nlohmann::json::array();
    for (const QString& reason : diagnosis.throttleReasons) reasons.push_back(reason.toStdString());
    return {{"bottleneck", toString(diagnosis.bottleneck).toStdString()},
            {"data_wait", number(diagnosis.dataWait)},
            {"communication", number(diagnosis.communication)},
            {"unaccounted", number(diagnosis.unaccounted)},
            {"throttled", number(diagnosis.throttled)},
            {"throttle_reasons", std::move(reasons)},
            {"utilization", number(diagnosis.utilization)},
            {"arithmetic", number(diagnosis.arithmetic)},
            {"memory", number(diagnosis.memory)},
            {"bound", number(diagnosis.bound)},
            {"sentence", diagnosisLine(diagnosis).toStdString()}};
}

}  // namespace arcmeter::app

// SPDX-License-Identifier: GPL-3.0-or-later
// Why a run is as slow as it is: one verdict from what was measured, with the figures behind it. What was not
// measured is said to be missing, never guessed.
#pragma once

#include <QString>
#include <QStringList>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "app/store/RunRecord.h"

namespace arcmeter::app {

enum class Bottleneck {
    Unknown,          ///< nothing was measured
    Data,             ///< steps wait for the next batch
    Communication,    ///< steps wait for other devices
    Throttled,        ///< heat or power slowed the device down
    NearLimit,        ///< little is left to gain on this device
    MemoryBandwidth,  ///< moving values takes more of the step than arithmetic does
    Launch,           ///< the device idles between operations
    Kernels,          ///< none of the above: the operations themselves are slower than the device allows
};

/// "unknown", "data", "communication", "throttled", "near_limit", "memory_bandwidth", "launch", "kernels"
QString toString(Bottleneck bottleneck);

/// Shares are of a step's time, 0 to 1, unless said otherwise; empty where it was not measured.
struct Diagnosis {
    Bottleneck bottleneck = Bottleneck::Unknown;
    std::optional<double> dataWait;
    std::optional<double> communication;  ///< not hidden behind computation
    std::optional<double> unaccounted;    ///< in no part of the step
    std::optional<double> throttled;      ///< of the devices' seconds
    QStringList throttleReasons;
    std::optional<double> utilization;  ///< mean of what the devices say
    /// What the arithmetic alone would take at the device's peak rate: model FLOPs utilization.
    std::optional<double> arithmetic;
    /// What moving the values between the products would take at the rate the memory copies.
    std::optional<double> memory;
    /// How much of the device's bound is reached: arithmetic and memory one after the other, against the
    /// measured time (arithmetic alone where memory is not known).
    std::optional<double> bound;
    QString device;  ///< "cpu" or "cuda"
};

/// Thresholds: waiting for data or other devices from 10 % of a step; throttling from 10 % of the seconds;
/// near the limit from 70 % of the bound (60 % where only arithmetic is known); unaccounted from 15 %, or a
/// GPU busy less than 80 % of the time; memory where its share is the larger of the two and at least 20 %.
Diagnosis diagnose(const RunDetails& details, const std::vector<protocol::Telemetry>& telemetry);

QString bottleneckTitle(Bottleneck bottleneck);  ///< "Waits for data"
QString diagnosisFigures(
    const Diagnosis& diagnosis);  ///< "data wait 34.0 % of a step; 12.0 % of the peak ..."
QString diagnosisAdvice(
    const Diagnosis& diagnosis);  ///< what to try, one sentence; empty where there is nothing
QString diagnosisLine(const Diagnosis& diagnosis);  ///< all three in one line
nlohmann::json diagnosisJson(const Diagnosis& diagnosis);

}  // namespace arcmeter::app

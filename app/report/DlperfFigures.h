// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of the published DLPerf InsightFace report, and the stored runs that stand beside them. Pure
// functions over history rows.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "app/store/RunRecord.h"
#include "app/suite/Suite.h"

namespace arcmeter::app {

/// Whose runs fill the Arcmeter column: a figure is only comparable where both are named.
struct ReportChoice {
    QString hardware;   ///< of one device: "NVIDIA H200", or the CPU with its cores
    QString precision;  ///< "fp32", ...
    bool operator==(const ReportChoice&) const = default;
};

/// One system's figure in one row of a table.
struct DlperfFigure {
    std::optional<double> samplesPerSecond;
    QString printed;                ///< as the source printed it; empty for runs
    std::optional<qint64> batch;    ///< per device
    std::optional<double> speedup;  ///< over 1 node x 1 device of the same column
    qint64 runId = 0;               ///< 0 for published figures
    bool otherBatch = false;        ///< a run whose batch size is not the row's
    bool synthetic = false;         ///< a run on synthetic data of as many classes
};

struct DlperfRow {
    qint64 nodes = 1;
    qint64 devicesPerNode = 1;
    DlperfFigure oneflow, mxnet, arcmeter;
    std::optional<double> ratioToOneflow;  ///< Arcmeter's samples/s over theirs
    std::optional<double> ratioToMxnet;
};

/// One table of the report: a model, a dataset, a parallelism, a fixed batch size or the largest.
struct DlperfSection {
    QString model;
    QString dataset;
    QString parallelism;
    std::optional<qint64> batch;  ///< nullopt: the largest that each system fitted
    std::vector<DlperfRow> rows;
};

/// The report's last table.
struct MaxClassesRow {
    qint64 nodes = 1;
    qint64 devicesPerNode = 1;
    std::optional<qint64> oneflow, mxnet, arcmeter;
};

struct DlperfFigures {
    std::vector<DlperfSection> sections;  ///< in the order of the report
    std::vector<MaxClassesRow> maxClasses;
    std::optional<ReportChoice> choice;  ///< nullopt: no run of ours has its place in the report
    std::vector<HistoryRow> runs;        ///< those that stand in a cell, each once
    QString publishedHardware;
    QString source;
    QString sourceUrl;
};

/// Hardware and precision of which there are runs with a place in the report; the one that fills most cells
/// first.
std::vector<ReportChoice> reportChoices(const std::vector<HistoryRow>& history);

/// `choice` nullopt takes the first of reportChoices(). A cell takes the newest finished run of the row's
/// model, dataset (or synthetic data of as many classes), parallelism, sample ratio and devices, one with the
/// row's batch size before all others; in the 'max' tables the one with the largest batch. Probes of searches
/// stand in the 'max' tables and the last one alone.
DlperfFigures dlperfFigures(const std::vector<HistoryRow>& history,
                            const std::optional<ReportChoice>& choice = std::nullopt);

/// "NVIDIA H200" of "8x NVIDIA H200".
QString deviceName(const QString& hardware);

}  // namespace arcmeter::app

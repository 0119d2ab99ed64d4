// SPDX-License-Identifier: GPL-3.0-or-later
// The plain structs that go into and come out of the run store. An empty optional or string is 'unknown',
// never zero.
#pragma once

#include <QMetaType>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "engine/protocol/events.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::app {

/// The states of a run. `Interrupted` is given by the store to a run whose program died before it ended.
enum class RunState {
    Queued,
    Starting,
    Preparing,
    WarmingUp,
    Measuring,
    Finished,
    Failed,
    Stopped,
    Interrupted,
};

/// "queued", "starting", "preparing", "warming_up", "measuring", "finished", "failed", "stopped",
/// "interrupted".
QString toString(RunState state);
std::optional<RunState> runStateFromString(const QString& name);
bool isEnded(RunState state);

/// Why a run failed. `code` is a protocol error code's name, or one of the launcher's own: "worker_missing",
/// "worker_died", "worker_garbage", "wrong_protocol", "launch_failed" (mpirun or Slurm started no ranks).
struct RunFailure {
    QString code;
    QString message;  ///< one sentence for a person
    QString hint;     ///< what to try; may be empty
    int rank = 0;
    QStringList lastLines;  ///< the last lines the worker wrote, standard error included
    bool operator==(const RunFailure&) const = default;
};

/// One line of the look round before a measurement. `warning`: likely to disturb the figure.
struct PreflightItem {
    QString id;        ///< "load", "governor", "battery", "device_processes", "memory"
    QString value;     ///< what was seen: "0.35"
    QString sentence;  ///< for a person
    bool warning = false;
    bool operator==(const PreflightItem&) const = default;
};

/// The figures of a run, over its repeats. samples/s is empty while nothing was measured.
struct RunFigures {
    std::optional<double> samplesPerSecond;  ///< median over repeats
    std::optional<double> mean;
    std::optional<double> min;
    std::optional<double> max;
    std::optional<double> stddev;
    std::optional<double> ci95;
    std::vector<double> repeats;  ///< each repeat's own figure
    std::optional<qint64> peakDeviceMemoryBytes;
    std::optional<qint64> peakHostMemoryBytes;
    std::optional<double> finalLoss;  ///< of the last repeat
    std::optional<double> accuracy;
    /// Mean share of the device's peak arithmetic rate, 0 to 1; unknown where the peak is.
    std::optional<double> modelFlopsUtilization;
    std::optional<double> communicationMs;  ///< a step's, mean over repeats; several ranks only
    std::optional<qint64> communicationBytesPerStep;
    bool partial = false;
};

/// Figures over repeat results: median of samples/s, largest peaks, the last repeat's loss. A partial repeat
/// counts only where no whole one is there (then the figures are partial).
RunFigures figuresOf(const std::vector<protocol::Result>& repeats);

/// The repeats as one result event: figures as figuresOf(), parts and utilization as means. samples_per_s is
/// NaN where nothing was measured.
protocol::Result resultOf(const std::vector<protocol::Result>& repeats, const RunFigures& figures);

/// How far the measured peak of the device's memory is from the plan: 0.01 is 1 % above. nullopt: one is not
/// known.
std::optional<double> planDeviation(const protocol::Result& result);
inline constexpr double largestPlanDeviation = 0.03;  ///< beyond it, people are told

/// What a program writes when a run begins.
struct NewRun {
    protocol::RunConfig config;
    QString datasetName;  ///< see Catalog::datasetName; "synthetic" for synthetic data
    QString presetId;
    QStringList tags;
    QString note;
    QString engine;      ///< a peer's name ("pytorch"); empty: Arcmeter's own
    bool probe = false;  ///< of a limit search: starts where the plan exceeds the memory limit too
};

/// One row of History: a run of ours, a published result, or one imported from a file. Strings are shared
/// between rows.
struct HistoryRow {
    enum class Kind { Run, Published, Imported };

    Kind kind = Kind::Run;
    qint64 id = 0;   ///< of the run, the published row or the imported row: one number each
    QString source;  ///< "Arcmeter" for runs, the report's title for published rows
    QString sourceUrl;
    QString host;  ///< the machine of a run
    QString framework;
    QString frameworkVersion;
    QString model;
    QString dataset;
    QString parallelism;
    std::optional<double> sampleRatio;
    QString precision;
    std::optional<qint64> nodes;
    std::optional<qint64> devicesPerNode;
    std::optional<qint64> batchSizePerDevice;
    std::optional<bool> batchIsMax;
    std::optional<qint64> numClasses;
    std::optional<double> samplesPerSecond;
    QString publishedFigure;  ///< samples/s exactly as printed in the source; empty for runs
    std::optional<double> min;
    std::optional<double> max;
    std::optional<double> stddev;
    std::optional<double> ci95;
    std::optional<qint64> repeats;    ///< measured
    std::optional<double> memoryMib;  ///< peak device memory (CUDA) or process memory (CPU), MiB
    std::optional<qint64> maxNumClasses;
    QString hardware;
    QString createdAt;  ///< UTC, ISO 8601; empty for published rows
    std::optional<RunState> state;
    QString failureCode;
    QString failure;
    QString method;
    QString device;  ///< "cpu" or "cuda"
    QString driver;
    QString fcType;
    QString loss;
    QString engineVersion;
    QString programVersion;
    std::optional<double> finalLoss;
    std::optional<double> accuracy;
    std::optional<double> flopsPerSample;   ///< of training, head included; runs only
    QString launcher;                       ///< "local", "mpirun", "slurm"; runs only
    std::optional<double> communicationMs;  ///< a step's, the part that was not hidden; several ranks only
    std::optional<qint64> communicationBytesPerStep;  ///< on one rank; several ranks only
    bool partial = false;
    QStringList tags;
    QString note;
    QString importedFrom;  ///< the file's name; imported rows only
};

/// What an engine is called as a framework: "Arcmeter" for our own, "PyTorch"; other names as they are.
QString frameworkName(const QString& engine);
/// The engine that a run asks for again, as in NewRun; empty: Arcmeter's own.
QString engineOf(const HistoryRow& run);

/// What tells a row from all others on the command line and in exports: "12" a run, "ref:17" a published row,
/// "imp:5" an imported one.
struct RowReference {
    HistoryRow::Kind kind = HistoryRow::Kind::Run;
    qint64 id = 0;
    auto operator<=>(const RowReference&) const = default;
};

RowReference referenceOf(const HistoryRow& row);
QString toString(const RowReference& reference);
/// "run:12" is a run too. nullopt for anything else.
std::optional<RowReference> rowReferenceFromString(const QString& text);

/// A row to be imported, and where in its file it was found.
struct ImportedRow {
    HistoryRow row;
    qint64 line = 0;              ///< the first one it is made from
    std::vector<double> repeats;  ///< samples/s of each repeat, where the file tells them
};

/// One file's import.
struct ImportRecord {
    qint64 id = 0;
    QString importedAt;  ///< UTC, ISO 8601
    QString file;        ///< its name without folders
    QString format;      ///< see app/import/ImportPreview.h
    QString sha256;
    qint64 rows = 0;
    qint64 problems = 0;  ///< lines that could not be read
};

/// A comparison that the user keeps: columns of one row or of several pooled ones.
struct SavedComparison {
    QString name;
    std::vector<std::vector<RowReference>> columns;
    std::size_t baseline = 0;  ///< which column the others are compared with
};

/// Everything about one run but its steps.
struct RunDetails {
    HistoryRow row;
    protocol::RunConfig config;
    QString presetId;
    std::optional<protocol::Hello> hello;
    std::optional<protocol::Environment> environment;
    std::optional<protocol::Plan> plan;
    std::vector<protocol::Result> repeats;
    std::vector<PreflightItem> preflight;
    std::vector<RunFailure> errors;  ///< the failure and any error the run went on from
    RunFigures figures;
    QString endedAt;  ///< UTC; empty while it runs
    qint64 stepCount = 0;
};

/// A second of a repeat's steps, counted from 1 at its first step.
struct RepeatSecond {
    qint64 repeat = 0;
    qint64 second = 1;
    auto operator<=>(const RepeatSecond&) const = default;
};

/// Means over a window of consecutive steps: what charts of long runs need.
struct StepWindow {
    int repeat = 0;
    qint64 firstIteration = 0;
    int count = 0;
    double samplesPerSecond = 0;  ///< of the whole window
    double stepMsMean = 0;
    double stepMsMin = 0;
    double stepMsMax = 0;
    double lossMean = 0;
    double accuracyMean = 0;
    qint64 deviceMemoryBytesMax = 0;
    qint64 hostMemoryBytesMax = 0;
};

}  // namespace arcmeter::app

Q_DECLARE_METATYPE(arcmeter::app::RunState)

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/DlperfFigures.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "app/search/SearchHistory.h"

namespace arcmeter::app {
namespace {

using Row = HistoryRow;

const QString dlperfSource = QStringLiteral("DLPerf InsightFace");
const QString partialFc = QStringLiteral("partial_fc");
constexpr double reportSampleRatio = 0.1;
constexpr qint64 maxClassesBatch = 64;

struct Series {
    const char* model;
    const char* dataset;
    qint64 batch;
    std::vector<const char*> parallelisms;
};

/// In the report's order.
const std::vector<Series>& reportSeries() {
    static const std::vector<Series> series{
        {"r100", "face_emore", 64, {"data", "model", "partial_fc"}},
        {"r100", "glint360k", 64, {"data", "model", "partial_fc"}},
        {"y1", "face_emore", 256, {"data", "model"}},
    };
    return series;
}

/// The published OneFlow rows used 85,744 classes for face_emore's 85,742.
bool hasClassesOf(const QString& dataset, const std::optional<qint64>& classes) {
    if (!classes) return false;
    if (dataset == QStringLiteral("glint360k")) return *classes == 360'232;
    return *classes == 85'742 || *classes == 85'744;
}

bool isReportRow(const Row& row) {
    return row.kind == Row::Kind::Published && row.source.startsWith(dlperfSource);
}

bool isUsableRun(const Row& row) {
    return row.kind == Row::Kind::Run && row.state == RunState::Finished && !row.partial &&
           row.samplesPerSecond && row.framework == QStringLiteral("Arcmeter");
}

ReportChoice choiceOf(const Row& run) {
    return {deviceName(run.hardware), run.precision};
}

bool samplesAsReported(const Row& run) {
    return run.parallelism != partialFc ||
           (run.sampleRatio && std::abs(*run.sampleRatio - reportSampleRatio) < 1e-6);
}

/// With the largest batch that fitted: measured for a suite's 'max' or by a person's word (maxBatchTag),
/// which go before probes of the same batch, or a search's probe.
bool isMaxBatch(const Row& run) {
    return run.tags.contains(maxBatchTag) || !searchTagOf(run, protocol::Limit::batch_size).isEmpty();
}

/// A probe of a search for the last table's figure.
bool isClassesProbe(const Row& run) {
    return run.kind == Row::Kind::Run && run.state == RunState::Finished &&
           !searchTagOf(run, protocol::Limit::num_classes).isEmpty() && run.model == QStringLiteral("r100") &&
           run.precision == QStringLiteral("fp16") && run.parallelism == partialFc &&
           samplesAsReported(run) && run.batchSizePerDevice == maxClassesBatch;
}

bool belongsTo(const Row& run, const DlperfSection& section) {
    const bool sameDataset =
        run.dataset == section.dataset ||
        (run.dataset == QStringLiteral("synthetic") && hasClassesOf(section.dataset, run.numClasses));
    const bool rightBatch =
        section.batch ? !isMaxBatch(run) && !run.tags.contains(searchTag) : isMaxBatch(run);
    return isUsableRun(run) && sameDataset && run.model == section.model &&
           run.parallelism == section.parallelism && samplesAsReported(run) && rightBatch;
}

bool hasPlace(const Row& run, const std::vector<DlperfSection>& sections) {
    return std::any_of(sections.begin(), sections.end(), [&](const DlperfSection& section) {
        return belongsTo(run, section) &&
               std::any_of(section.rows.begin(), section.rows.end(), [&](const DlperfRow& row) {
                   return run.nodes == row.nodes && run.devicesPerNode == row.devicesPerNode;
               });
    });
}

DlperfFigure published(const Row& row) {
    DlperfFigure figure;
    figure.samplesPerSecond = row.samplesPerSecond;
    figure.printed = row.publishedFigure;
    figure.batch = row.batchSizePerDevice;
    return figure;
}

DlperfSection publishedSection(const std::vector<Row>& history, const Series& series, const char* parallelism,
                               bool isMax) {
    DlperfSection section;
    section.model = QLatin1String(series.model);
    section.dataset = QLatin1String(series.dataset);
    section.parallelism = QLatin1String(parallelism);
    if (!isMax) section.batch = series.batch;
    std::map<std::pair<qint64, qint64>, DlperfRow> rows;
    for (const Row& row : history) {
        const bool fits = isReportRow(row) && row.samplesPerSecond && row.model == section.model &&
                          row.dataset == section.dataset && row.parallelism == section.parallelism &&
                          row.batchIsMax.value_or(false) == isMax;
        if (!fits) continue;
        const std::pair devices{row.nodes.value_or(1), row.devicesPerNode.value_or(1)};
        DlperfRow& place = rows[devices];
        std::tie(place.nodes, place.devicesPerNode) = devices;
        (row.framework == QStringLiteral("OneFlow") ? place.oneflow : place.mxnet) = published(row);
    }
    for (auto& [devices, row] : rows) section.rows.push_back(std::move(row));
    return section;
}

std::vector<DlperfSection> publishedSections(const std::vector<Row>& history) {
    std::vector<DlperfSection> sections;
    for (const Series& series : reportSeries()) {
        for (const char* parallelism : series.parallelisms) {
            for (const bool isMax : {false, true}) {
                sections.push_back(publishedSection(history, series, parallelism, isMax));
            }
        }
    }
    return sections;
}

/// The run for one cell, nullptr for none.
const Row* runFor(const std::vector<Row>& history, const ReportChoice& choice, const DlperfSection& section,
                  const DlperfRow& place) {
    const Row* best = nullptr;
    const auto rank = [&](const Row& run) {
        const qint64 batch = run.batchSizePerDevice.value_or(0);
        return std::tuple(section.batch ? qint64(batch == *section.batch) : batch,
                          run.tags.contains(maxBatchTag), run.id);
    };
    for (const Row& run : history) {
        const bool fits = belongsTo(run, section) && choiceOf(run) == choice && run.nodes == place.nodes &&
                          run.devicesPerNode == place.devicesPerNode;
        if (fits && (!best || rank(run) > rank(*best))) best = &run;
    }
    return best;
}

DlperfFigure measured(const Row& run, const DlperfSection& section) {
    DlperfFigure figure;
    figure.samplesPerSecond = run.samplesPerSecond;
    figure.batch = run.batchSizePerDevice;
    figure.runId = run.id;
    figure.otherBatch = section.batch && run.batchSizePerDevice != section.batch;
    figure.synthetic = run.dataset == QStringLiteral("synthetic");
    return figure;
}

std::optional<double> ratio(const DlperfFigure& figure, const DlperfFigure& base) {
    if (!figure.samplesPerSecond || !base.samplesPerSecond || *base.samplesPerSecond <= 0)
        return std::nullopt;
    return *figure.samplesPerSecond / *base.samplesPerSecond;
}

void computeRatios(DlperfSection& section) {
    const auto single = std::find_if(section.rows.begin(), section.rows.end(), [](const DlperfRow& row) {
        return row.nodes == 1 && row.devicesPerNode == 1;
    });
    for (DlperfRow& row : section.rows) {
        row.ratioToOneflow = ratio(row.arcmeter, row.oneflow);
        row.ratioToMxnet = ratio(row.arcmeter, row.mxnet);
        if (single == section.rows.end()) continue;
        for (DlperfFigure DlperfRow::*system :
             {&DlperfRow::oneflow, &DlperfRow::mxnet, &DlperfRow::arcmeter}) {
            (row.*system).speedup = ratio(row.*system, (*single).*system);
        }
    }
}

std::vector<MaxClassesRow> maxClasses(const std::vector<Row>& history,
                                      const std::optional<ReportChoice>& choice) {
    std::map<std::pair<qint64, qint64>, MaxClassesRow> rows;
    for (const Row& row : history) {
        const bool ours = choice && isClassesProbe(row) && choiceOf(row).hardware == choice->hardware;
        const std::optional<qint64> classes = ours ? row.numClasses : row.maxNumClasses;
        if (!classes || (!ours && !isReportRow(row))) continue;
        const std::pair devices{row.nodes.value_or(1), row.devicesPerNode.value_or(1)};
        MaxClassesRow& place = rows[devices];
        std::tie(place.nodes, place.devicesPerNode) = devices;
        auto& cell = ours                                         ? place.arcmeter
                     : row.framework == QStringLiteral("OneFlow") ? place.oneflow
                                                                  : place.mxnet;
        cell = std::max(cell.value_or(0), *classes);
    }
    std::vector<MaxClassesRow> list;
    for (const auto& [devices, row] : rows) list.push_back(row);
    return list;
}

}  // namespace

QString deviceName(const QString& hardware) {
    static const QRegularExpression count(QStringLiteral("^\\d+x "));
    return QString(hardware).remove(count);
}

std::vector<ReportChoice> reportChoices(const std::vector<Row>& history) {
    const std::vector<DlperfSection> sections = publishedSections(history);
    std::vector<std::pair<ReportChoice, int>> counted;
    for (const Row& run : history) {
        if (!hasPlace(run, sections) && !isClassesProbe(run)) continue;
        const ReportChoice choice = choiceOf(run);
        const auto found = std::find_if(counted.begin(), counted.end(),
                                        [&](const auto& each) { return each.first == choice; });
        if (found == counted.end()) counted.emplace_back(choice, 0);
    }
    for (auto& [choice, cells] : counted) {
        for (const DlperfSection& section : sections) {
            for (const DlperfRow& row : section.rows)
                cells += runFor(history, choice, section, row) != nullptr;
        }
    }
    std::stable_sort(counted.begin(), counted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<ReportChoice> choices;
    for (const auto& [choice, cells] : counted) choices.push_back(choice);
    return choices;
}

DlperfFigures dlperfFigures(const std::vector<Row>& history, const std::optional<ReportChoice>& asked) {
    DlperfFigures figures;
    figures.sections = publishedSections(history);
    figures.choice = asked;
    if (const auto choices = reportChoices(history); !asked && !choices.empty())
        figures.choice = choices.front();
    for (DlperfSection& section : figures.sections) {
        for (DlperfRow& place : section.rows) {
            const Row* run = figures.choice ? runFor(history, *figures.choice, section, place) : nullptr;
            if (!run) continue;
            place.arcmeter = measured(*run, section);
            figures.runs.push_back(*run);
        }
        computeRatios(section);
    }
    figures.maxClasses = maxClasses(history, figures.choice);
    const auto source = std::find_if(history.begin(), history.end(), isReportRow);
    if (source != history.end()) {
        figures.publishedHardware = source->hardware;
        figures.source = source->source;
        figures.sourceUrl = source->sourceUrl;
    }
    return figures;
}

}  // namespace arcmeter::app

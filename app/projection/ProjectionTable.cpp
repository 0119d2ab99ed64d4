// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/ProjectionTable.h"

#include <algorithm>

#include "app/projection/Series.h"
#include "app/store/RunStore.h"
#include "app/version/Version.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using protocol::Parallelism;

QString name(Parallelism parallelism) {
    const std::string_view text = to_string(parallelism);
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

[[noreturn]] void noSuchRow(const QString& id) {
    throw Error(ErrorCode::invalid_config,
                QStringLiteral("from is '%1'; allowed: the number of a run, or ref: and the number of a "
                               "published row, as 'arcmeter-cli history list' shows them.")
                    .arg(id)
                    .toStdString());
}

HistoryRow publishedRow(const RunStore& store, const QString& id, qint64 number) {
    for (HistoryRow& row : store.publishedResults()) {
        if (row.id == number) return row;
    }
    noSuchRow(id);
}

/// The series that `row` would belong to, were its head held otherwise.
HistoryRow heldOtherwise(HistoryRow row, Parallelism parallelism, double sampleRatio) {
    row.parallelism = name(parallelism);
    const bool sampled = parallelism == Parallelism::partial_fc;
    row.sampleRatio = sampled ? std::optional(sampleRatio) : std::nullopt;
    return row;
}

std::optional<double> measuredIn(const std::vector<HistoryRow>& history, const HistoryRow& like,
                                 int devices) {
    for (const HistoryRow& row : history) {
        if (isScalingRow(row) && devicesOf(row) == devices && sameSeries(row, like)) {
            return row.samplesPerSecond;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<double> ProjectionRow::error() const {
    return measured ? std::optional(point.samplesPerS / *measured - 1) : std::nullopt;
}

const std::vector<int>& usualDeviceCounts() {
    static const std::vector<int> counts{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096};
    return counts;
}

ProjectionBase projectionBase(const RunStore& store, const QString& id, const TopologyChoice& choice,
                              const LinkCatalog& catalog) {
    ProjectionBase base;
    const std::optional<RowReference> reference = rowReferenceFromString(id);
    if (!reference || reference->kind == HistoryRow::Kind::Imported) noSuchRow(id);
    if (reference->kind == HistoryRow::Kind::Published) {
        base.row = publishedRow(store, id, reference->id);
        base.step = publishedStep(base.row, catalog);
    } else {
        const RunDetails details = store.details(reference->id);
        base.row = details.row;
        base.step = measuredStep(details, catalog);
    }
    base.topology = topologyFor(base.row, choice, catalog);
    return base;
}

std::vector<ProjectionRow> projectionRows(const ProjectionBase& base,
                                          const std::vector<Parallelism>& parallelisms,
                                          const std::vector<int>& devices,
                                          const std::vector<HistoryRow>& history,
                                          const LinkCatalog& catalog) {
    const Projection projection(base.step, catalog.training());
    std::vector<ProjectionRow> rows;
    for (const Parallelism parallelism : parallelisms) {
        const HistoryRow like = heldOtherwise(base.row, parallelism, base.step.head.sampleRatio);
        for (const int count : devices) {
            Topology topology = base.topology;
            topology.devices = count;
            rows.push_back(
                {parallelism, projection.at(topology, parallelism), measuredIn(history, like, count)});
        }
    }
    return rows;
}

Table projectionTable(const ProjectionBase& base, const std::vector<ProjectionRow>& rows) {
    Table table;
    table.columns = {QStringLiteral("kind"),
                     QStringLiteral("from"),
                     QStringLiteral("framework"),
                     QStringLiteral("model"),
                     QStringLiteral("dataset"),
                     QStringLiteral("parallelism"),
                     QStringLiteral("precision"),
                     QStringLiteral("batch_size_per_device"),
                     QStringLiteral("num_classes"),
                     QStringLiteral("devices"),
                     QStringLiteral("nodes"),
                     QStringLiteral("samples_per_s"),
                     QStringLiteral("speedup"),
                     QStringLiteral("efficiency"),
                     QStringLiteral("step_ms"),
                     QStringLiteral("communication_ms"),
                     QStringLiteral("exposed_communication_ms"),
                     QStringLiteral("communication_bytes_per_step"),
                     QStringLiteral("measured_samples_per_s"),
                     QStringLiteral("error"),
                     QStringLiteral("intra_link"),
                     QStringLiteral("link"),
                     QStringLiteral("devices_per_node"),
                     QStringLiteral("hardware"),
                     QStringLiteral("program_version")};
    const QString from = toString(referenceOf(base.row));
    for (const ProjectionRow& row : rows) {
        const ProjectedPoint& point = row.point;
        table.rows.push_back({cell(QStringLiteral("projected")),
                              cell(from),
                              cell(base.row.framework),
                              cell(base.row.model),
                              cell(base.row.dataset),
                              cell(name(row.parallelism)),
                              cell(base.row.precision),
                              cell(base.row.batchSizePerDevice),
                              cell(base.row.numClasses),
                              Cell{qint64(point.devices)},
                              Cell{qint64(point.nodes)},
                              cell(point.samplesPerS),
                              cell(point.speedup),
                              cell(point.efficiency),
                              cell(point.stepS * 1e3),
                              cell(point.communicationS * 1e3),
                              cell(point.exposedS * 1e3),
                              Cell{static_cast<qint64>(point.bytesPerStep)},
                              cell(row.measured),
                              cell(row.error()),
                              cell(base.topology.intra.id),
                              cell(base.topology.inter.id),
                              Cell{qint64(base.topology.devicesPerNode)},
                              cell(base.row.hardware),
                              cell(programVersion())});
    }
    return table;
}

}  // namespace arcmeter::app

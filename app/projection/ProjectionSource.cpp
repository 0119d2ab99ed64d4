// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/ProjectionSource.h"

#include <algorithm>

#include "app/projection/Series.h"
#include "engine/protocol/error.h"

namespace arcmeter::app {
namespace {

using protocol::Parallelism;

constexpr double flopsPerProduct = 6;  // forward and two gradients, multiply and add
constexpr double bytesPerSgdValue =
    20;  // FP32 weight, gradient and momentum read, weight and momentum written
constexpr double backwardShare = 2.0 / 3;  // of the backbone's FLOPs
constexpr int largestNode = 64;

[[noreturn]] void refuse(const QString& sentence) {
    throw Error(ErrorCode::invalid_config, sentence.toStdString());
}

QString nameOf(const HistoryRow& row) {
    return row.kind == HistoryRow::Kind::Run ? QStringLiteral("Run %1").arg(row.id)
                                             : QStringLiteral("The published row p%1").arg(row.id);
}

HeadShape headOf(const HistoryRow& row) {
    HeadShape head;
    head.parallelism =
        protocol::enum_from_string<Parallelism>(row.parallelism.toStdString()).value_or(Parallelism::data);
    if (row.sampleRatio) head.sampleRatio = *row.sampleRatio;
    head.numClasses = static_cast<double>(*row.numClasses);
    head.batchPerDevice = static_cast<double>(*row.batchSizePerDevice);
    if (const protocol::ModelInfo* info = protocol::find_model(row.model.toStdString())) {
        head.embeddingSize = static_cast<double>(info->embedding_size);
    }
    return head;
}

/// Whatever does not depend on where the parts come from.
MeasuredStep emptyStep(const HistoryRow& row, const LinkCatalog& catalog) {
    if (!isScalingRow(row)) {
        refuse(QStringLiteral("%1 cannot be projected: it must have ended and state samples/s, model, batch, "
                              "classes, parallelism and devices.")
                   .arg(nameOf(row)));
    }
    MeasuredStep step;
    step.parameters = catalog.network(row.model).parameters;
    step.head = headOf(row);
    step.devices = devicesOf(row);
    return step;
}

double stepSeconds(const HistoryRow& row, const MeasuredStep& step) {
    return step.head.batchPerDevice * step.devices / *row.samplesPerSecond;
}

}  // namespace

MeasuredStep publishedStep(const HistoryRow& row, const LinkCatalog& catalog) {
    MeasuredStep step = emptyStep(row, catalog);
    const HeadShape& head = step.head;
    const double rows = rowsPerRank(head, step.devices);
    const double samples = head.batchPerDevice * (head.parallelism == Parallelism::data ? 1 : step.devices);
    const double all = stepSeconds(row, step);
    const double updated = step.parameters + rows * head.embeddingSize;
    const double bandwidth = catalog.machineFor(row.hardware).memoryBytesPerS;
    step.optimizer = std::min(0.5 * all, updated * bytesPerSgdValue / bandwidth);
    const double backboneFlops = catalog.network(row.model).flopsPerSample * head.batchPerDevice;
    const double headFlops = flopsPerProduct * rows * head.embeddingSize * samples;
    const double computation = all - step.optimizer;
    step.headWork = computation * headFlops / (headFlops + backboneFlops);
    step.backward = (computation - step.headWork) * backwardShare;
    step.forward = computation - step.headWork - step.backward;
    return step;
}

MeasuredStep measuredStep(const RunDetails& details, const LinkCatalog& catalog) {
    MeasuredStep step = emptyStep(details.row, catalog);
    const protocol::StepParts parts = resultOf(details.repeats, details.figures).parts;
    const double namedMs =
        parts.data_wait + parts.forward + parts.head + parts.backward + parts.communication + parts.optimizer;
    const bool half = details.config.communication_precision == protocol::CommunicationPrecision::bf16;
    if (!(parts.forward > 0 && parts.backward > 0)) return publishedStep(details.row, catalog);
    step.partsMeasured = true;
    if (half) step.gradientValueBytes = 2;
    step.forward = parts.forward / 1e3;
    step.headWork = parts.head / 1e3;
    step.backward = parts.backward / 1e3;
    step.exposedCommunication = parts.communication / 1e3;
    step.optimizer = parts.optimizer / 1e3;
    // What no part names is as constant as waiting for data is.
    step.dataWait = parts.data_wait / 1e3 + std::max(0.0, stepSeconds(details.row, step) - namedMs / 1e3);
    return step;
}

Topology topologyFor(const HistoryRow& row, const TopologyChoice& choice, const LinkCatalog& catalog) {
    const Machine& machine = catalog.machineFor(row.hardware);
    if (choice.devicesPerNode < 0 || choice.devicesPerNode > largestNode) {
        refuse(QStringLiteral("devices-per-node is %1; allowed: a whole number from 1 to %2.")
                   .arg(choice.devicesPerNode)
                   .arg(largestNode));
    }
    Topology topology;
    topology.devicesPerNode = choice.devicesPerNode > 0 ? choice.devicesPerNode : machine.devicesPerNode;
    topology.intra = catalog.link(choice.intraLink.isEmpty() ? machine.intraLink : choice.intraLink,
                                  Link::Scope::Node, "intra-link");
    topology.inter =
        catalog.link(choice.link.isEmpty() ? machine.link : choice.link, Link::Scope::Network, "link");
    return topology;
}

}  // namespace arcmeter::app

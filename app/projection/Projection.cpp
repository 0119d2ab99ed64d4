// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/projection/Projection.h"

#include <algorithm>
#include <cmath>

namespace arcmeter::app {
namespace {

using protocol::Parallelism;

constexpr double bytesPerValue = 4;  // embeddings, their gradients and the softmax's sums travel as FP32

/// Rows times the samples each meets: the head's products are proportional to it.
double headProducts(const HeadShape& head, int devices) {
    const double samples = head.batchPerDevice * (head.parallelism == Parallelism::data ? 1 : devices);
    return rowsPerRank(head, devices) * samples;
}

/// Values that SGD passes over on one rank.
double updatedValues(const MeasuredStep& step, const HeadShape& head, int devices) {
    return step.parameters + rowsPerRank(head, devices) * head.embeddingSize;
}

}  // namespace

double rowsPerRank(const HeadShape& head, int devices) {
    const double shard = head.numClasses / devices;
    switch (head.parallelism) {
        case Parallelism::data:
            return head.numClasses;
        case Parallelism::model:
            return shard;
        case Parallelism::partial_fc:
            break;
    }
    // Of a shard's classes, the share that is in the global batch: each is missed by every sample with
    // probability (1 - 1/C)^(B N).
    const double samples = head.batchPerDevice * devices;
    const double positives = shard * -std::expm1(samples * std::log1p(-1 / head.numClasses));
    return std::min(shard, std::max(head.sampleRatio * shard, positives));
}

double expectedLargest(int count) {
    if (count < 2) return 0;
    // E[max] = integral over x > 0 of 1 - F^n less that over x < 0 of F^n; beyond 9 nothing is left.
    constexpr double end = 9;
    constexpr int steps = 3600;
    constexpr double width = 2 * end / steps;
    double sum = 0;
    for (int i = 0; i < steps; ++i) {
        const double x = -end + (i + 0.5) * width;
        const double below = std::pow(0.5 * std::erfc(-x / std::sqrt(2.0)), count);
        sum += x > 0 ? 1 - below : -below;
    }
    return sum * width;
}

/// Buckets become ready one after the other while the backward pass runs, and are reduced one at a time. The
/// head's own gradient (data parallel) is complete before the backbone's backward pass begins, so it is
/// first.
void Projection::addGradients(const HeadShape& head, const Topology& topology, double backward,
                              StepTime& time) const {
    const double centres = head.parallelism == Parallelism::data
                               ? head.numClasses * head.embeddingSize * m_step.gradientValueBytes
                               : 0;
    const double backbone = m_step.parameters * m_step.gradientValueBytes;
    const double buckets = std::ceil(backbone / m_constants.bucketBytes);
    const double bucketS = allReduceSeconds(backbone / buckets, topology, m_constants.launchS);
    const double centresS = centres > 0 ? allReduceSeconds(centres, topology, m_constants.launchS) : 0;
    const double all = centresS + buckets * bucketS;
    // While both run, computation advances 1 / (1 + slowdown) as fast: the backward pass ends that much
    // later.
    const double slowdown = m_constants.overlapSlowdown;
    const double lasting = std::min(backward + slowdown / (1 + slowdown) * all, (1 + slowdown) * backward);
    double end = centresS;
    for (double k = 1; k <= buckets; ++k) end = std::max(end, lasting * k / buckets) + bucketS;
    const double exposed = std::max(0.0, end - lasting);
    time.communication += all;
    time.exposed += exposed;
    time.total += exposed + lasting - backward;
    time.bytes += allReduceTraffic(centres + backbone, topology.devices);
}

/// Embeddings and labels gathered, the softmax's sums and the targets' logits reduced, the embeddings'
/// gradient reduce-scattered: nothing can be computed meanwhile.
void Projection::addHeadCollectives(const HeadShape& head, const Topology& topology, StepTime& time) const {
    if (head.parallelism == Parallelism::data) return;
    const double samples = head.batchPerDevice * topology.devices;
    const double embeddings = samples * head.embeddingSize * bytesPerValue;
    const double sums = 2 * samples * bytesPerValue;
    const double seconds =
        allGatherSeconds(embeddings + samples * bytesPerValue, topology, m_constants.launchS) +
        allReduceSeconds(sums, topology, m_constants.launchS) +
        allGatherSeconds(embeddings, topology, m_constants.launchS);
    time.communication += seconds;
    time.exposed += seconds;
    time.total += seconds;
    time.bytes += allGatherTraffic(2 * embeddings + samples * bytesPerValue, topology.devices) +
                  allReduceTraffic(sums, topology.devices);
}

Projection::StepTime Projection::stepTime(const Topology& topology, Parallelism parallelism) const {
    HeadShape head = m_step.head;
    head.parallelism = parallelism;
    const int devices = topology.devices;
    const double products = headProducts(head, devices) / headProducts(m_step.head, m_step.devices);
    const double updates =
        updatedValues(m_step, head, devices) / updatedValues(m_step, m_step.head, m_step.devices);
    const double slowest = (1 + m_constants.deviceSpread * expectedLargest(devices)) /
                           (1 + m_constants.deviceSpread * expectedLargest(m_step.devices));
    StepTime time;
    time.total = slowest * (m_step.dataWait + m_step.forward + m_step.headWork * products + m_step.backward +
                            m_step.optimizer * updates);
    if (devices > 1) {
        addGradients(head, topology, m_step.backward * slowest, time);
        addHeadCollectives(head, topology, time);
    }
    return time;
}

ProjectedPoint Projection::at(const Topology& topology, Parallelism parallelism) const {
    Topology alone = topology;
    alone.devices = 1;
    const StepTime one = stepTime(alone, parallelism);
    const StepTime many = stepTime(topology, parallelism);
    ProjectedPoint point;
    point.devices = topology.devices;
    point.nodes = topology.nodes();
    point.stepS = many.total;
    point.samplesPerS = m_step.head.batchPerDevice * topology.devices / many.total;
    point.efficiency = one.total / many.total;
    point.speedup = point.efficiency * topology.devices;
    point.communicationS = many.communication;
    point.exposedS = many.exposed;
    point.bytesPerStep = many.bytes;
    return point;
}

}  // namespace arcmeter::app

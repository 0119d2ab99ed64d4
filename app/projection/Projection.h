// SPDX-License-Identifier: GPL-3.0-or-later
// From one measured step to what more devices would give. Nothing here is measured: whatever shows a
// ProjectedPoint says 'projected'.
//
// The model of a step on N devices, each with the same batch (so the global batch grows with N):
//   computation = (data wait + forward + head(N) + backward + optimizer(N)) times the slowest of N devices
//   gradient all-reduce in buckets beside the backward pass; what ends after it is exposed, and what runs
//   beside it slows it down; the heads' own collectives are waited for.
// head(N) and optimizer(N) follow the rows a rank holds: C (data), C/N (model), the sampled share of C/N or
// the positives of the global batch where they are more (partial_fc).
#pragma once

#include "app/projection/Collectives.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::app {

/// How the class centres are held and what a step asks of them.
struct HeadShape {
    protocol::Parallelism parallelism = protocol::Parallelism::data;
    double sampleRatio = 0.1;  ///< partial_fc only
    double numClasses = 0;
    double embeddingSize = 0;
    double batchPerDevice = 0;
};

/// One measured step, in seconds. `exposedCommunication` is what was not hidden when it was measured.
struct MeasuredStep {
    HeadShape head;
    int devices = 1;
    double parameters = 0;          ///< of the backbone
    double gradientValueBytes = 4;  ///< of a gradient on its way between ranks
    double dataWait = 0;
    double forward = 0;
    double headWork = 0;
    double backward = 0;
    double exposedCommunication = 0;
    double optimizer = 0;
    bool partsMeasured = false;  ///< false: only the step was published, its parts follow FLOPs and bytes

    double total() const {
        return dataWait + forward + headWork + backward + exposedCommunication + optimizer;
    }
};

struct ProjectedPoint {
    int devices = 1;
    int nodes = 1;
    double samplesPerS = 0;
    double speedup = 1;     ///< against one device
    double efficiency = 1;  ///< speedup / devices
    double stepS = 0;
    double communicationS = 0;  ///< all of it
    double exposedS = 0;        ///< what the step waits for
    double bytesPerStep = 0;    ///< that one rank sends
};

/// Rows of the class-centre matrix that one of `devices` ranks works on in a step; for partial_fc the
/// expectation over uniform labels.
double rowsPerRank(const HeadShape& head, int devices);

/// Expectation of the largest of `count` independent standard normal numbers: how many standard deviations
/// the slowest of `count` equal devices is behind the mean.
double expectedLargest(int count);

class Projection {
public:
    Projection(const MeasuredStep& step, const TrainingConstants& constants)
        : m_step(step), m_constants(constants) {}

    /// The step on topology.devices devices with its head held as `parallelism` says.
    ProjectedPoint at(const Topology& topology, protocol::Parallelism parallelism) const;

private:
    struct StepTime {
        double total = 0;
        double communication = 0;
        double exposed = 0;
        double bytes = 0;
    };
    StepTime stepTime(const Topology& topology, protocol::Parallelism parallelism) const;
    void addGradients(const HeadShape& head, const Topology& topology, double backward, StepTime& time) const;
    void addHeadCollectives(const HeadShape& head, const Topology& topology, StepTime& time) const;

    MeasuredStep m_step;
    TrainingConstants m_constants;
};

}  // namespace arcmeter::app

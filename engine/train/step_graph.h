// SPDX-License-Identifier: Apache-2.0
// One training step of one rank as a graph: network, head, backward, collectives, SGD. What every backend is
// given. It is built without ranks that run, for any number of them.
#pragma once

#include "engine/graph/graph.h"
#include "engine/head/head.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::train {

struct StepGraph {
    graph::Graph graph;
    head::HeadTensors head;
    std::int64_t parameters = 0;
    std::int64_t flops_per_sample = 0;
    std::int64_t head_flops_per_sample = 0;
    std::int64_t bytes_per_sample = 0;  ///< see protocol::Plan
    std::int64_t num_classes = 0;
};

struct StepGraphOptions {
    std::int64_t rank = 0;             ///< which of the configuration's ranks the graph is for
    bool float_input = false;          ///< the batch is normalised floats, not bytes
    bool keep_class_gradient = false;  ///< for checks: the head's gradient is written, not applied
    bool update = true;                ///< without it the step ends with the gradients
    std::int64_t class_chunk_bytes = head::default_class_chunk_bytes;  ///< as the backend wants it
};

/// `num_classes` must be resolved (a dataset's own number, if the configuration leaves it to it).
StepGraph build_step_graph(const protocol::RunConfig& config, std::int64_t num_classes,
                           const StepGraphOptions& options = {});

/// The same around a forward graph that is given; the configuration's model and precision are not looked at.
StepGraph build_step_graph(const graph::Graph& forward, const protocol::RunConfig& config,
                           std::int64_t num_classes, const StepGraphOptions& options = {});

/// The forward pass alone with running statistics and no dropout, from normalised floats to embeddings.
graph::Graph build_inference_graph(const protocol::RunConfig& config);

}  // namespace arcmeter::train

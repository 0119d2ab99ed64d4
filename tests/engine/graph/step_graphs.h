// SPDX-License-Identifier: Apache-2.0
// Step graphs of real networks for tests of graph passes.
#pragma once

#include <string>

#include "engine/train/step_graph.h"

namespace arcmeter::graph::test {

inline protocol::RunConfig config_of(const std::string& model, std::int64_t batch,
                                     protocol::Recompute recompute = protocol::Recompute::none) {
    protocol::RunConfig config;
    config.model = model;
    config.batch_size_per_device = batch;
    config.recompute = recompute;
    return config;
}

inline Graph step_graph(const protocol::RunConfig& config) {
    return train::build_step_graph(config, config.num_classes.value_or(1000)).graph;
}

inline std::size_t count_of(const Graph& graph, OpKind kind) {
    std::size_t count = 0;
    for (const Operation& op : graph.operations()) count += op.kind == kind;
    return count;
}

}  // namespace arcmeter::graph::test

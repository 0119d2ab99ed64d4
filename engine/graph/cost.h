// SPDX-License-Identifier: Apache-2.0
// What a graph costs, counted from its operations.
#pragma once

#include "engine/graph/graph.h"

namespace arcmeter::graph {

struct OperationCost {
    double flops =
        0;  ///< 2 per multiply-accumulate of convolutions and matrix products; others are not counted
    double bytes = 0;  ///< every operand read or written once
};

OperationCost cost_of(const Graph& graph, const Operation& operation);

/// Sum over all operations.
OperationCost cost_of(const Graph& graph);

struct NetworkCost {
    std::int64_t parameters = 0;  ///< trained tensors and a gamma fixed at one; class centres not counted
    std::int64_t macs_per_sample = 0;   ///< forward
    std::int64_t flops_per_sample = 0;  ///< forward + data gradient + weight gradient; 2 per MAC; no data
                                        ///< gradient for the convolution that reads the images
};

/// Of a forward graph as model files write it.
NetworkCost network_cost(const Graph& forward);

}  // namespace arcmeter::graph

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Each rank holds a shard of the class centres and works on the global batch: embeddings and labels are
/// all-gathered, softmax sums and target cosines all-reduced, embedding gradients reduce-scattered. The
/// centres' gradient needs no communication. The row maximum that accuracy needs is reduced beside the
/// backward pass.
class ModelParallel : public HeadStrategy {
public:
    HeadTensors append(graph::Graph& graph, const HeadOptions& options) const override;
};

}  // namespace arcmeter::head

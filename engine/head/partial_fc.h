// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Partial FC (An et al., 2021): as ModelParallel, but each step each rank uses the classes of the global
/// batch that lie in its shard and random others up to sample_ratio of the shard, uniformly without
/// replacement. Only sampled rows of centres and momentum change.
class PartialFc : public HeadStrategy {
public:
    HeadTensors append(graph::Graph& graph, const HeadOptions& options) const override;
};

}  // namespace arcmeter::head

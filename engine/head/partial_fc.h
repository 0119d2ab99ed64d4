// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Partial FC (An et al., 2021): each step uses the classes of the batch and random others up to sample_ratio of all,
/// uniformly without replacement. Only sampled rows of centres and momentum change.
class PartialFc : public HeadStrategy {
public:
    HeadTensors append(graph::Graph& graph, const HeadOptions& options) const override;
};

}  // namespace arcmeter::head

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Every class takes part in every step. On one rank `data` and `model` parallelism are this same computation.
class FullSoftmax : public HeadStrategy {
public:
    HeadTensors append(graph::Graph& graph, const HeadOptions& options) const override;
};

}  // namespace arcmeter::head

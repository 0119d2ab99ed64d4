// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/head/head.h"

namespace arcmeter::head {

/// Every rank holds all class centres and its own batch's logits; the centres' gradient is all-reduced as the
/// backbone's is. It is never whole in memory: rows are worked on in parts of about a bucket, and a part's
/// buffer is free again when its all_reduce has ended and its rows are updated.
class DataParallel : public HeadStrategy {
public:
    HeadTensors append(graph::Graph& graph, const HeadOptions& options) const override;
};

}  // namespace arcmeter::head

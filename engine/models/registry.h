// SPDX-License-Identifier: Apache-2.0
// Builds the forward graph of a network by name. One file per network family.
#pragma once

#include <string>

#include "engine/graph/layers.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::models {

/// Forward graph from images to embedding; `graph.embedding` is set. Throws Error(invalid_config) for an
/// unknown name or an output type the family does not have.
graph::Graph build(const std::string& model, protocol::FcType fc_type, const graph::LayerOptions& options);

/// Options as a run configuration gives them.
graph::LayerOptions layer_options(const protocol::RunConfig& config);

}  // namespace arcmeter::models

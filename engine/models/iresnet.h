// SPDX-License-Identifier: Apache-2.0
// IResNet (improved residual units, as arcface_torch and insightface's fresnet define them).
#pragma once

#include <array>
#include <optional>
#include <string>

#include "engine/graph/layers.h"
#include "engine/protocol/run_config.h"

namespace arcmeter::models {

using StageUnits = std::array<int, 4>;

/// Units per stage of r18 .. r200; nullopt for another name.
std::optional<StageUnits> iresnet_units(const std::string& model);

/// Embedding of 512 values. Output E: BN - Dropout 0.4 - FC - BN; FC: the same without the dropout.
graph::TensorId build_iresnet(graph::Layers& layers, const StageUnits& units, protocol::FcType fc_type);

}  // namespace arcmeter::models

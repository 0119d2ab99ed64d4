// SPDX-License-Identifier: Apache-2.0
// MobileFaceNet in two forms: y1 (insightface's fmobilefacenet, embedding 128) and mbf (arcface_torch's,
// scale 2, embedding 512). Both end in a global depthwise convolution (GDC).
#pragma once

#include "engine/graph/layers.h"

namespace arcmeter::models {

graph::TensorId build_y1(graph::Layers& layers);
graph::TensorId build_mbf(graph::Layers& layers);

}  // namespace arcmeter::models

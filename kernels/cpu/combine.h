// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

// What the row groups of a simplified layout left in the workspace, brought together in double precision.

namespace arcmeter::kernels::cpu {

/// workspace [groups][2][channels] of means and squared deviations to mean and biased variance.
void combine_moments(const ActivationLayout& layout, const float* workspace, float* mean, float* variance);

/// workspace [groups][kinds][channels]: the sums of one kind.
void combine_sums(const ActivationLayout& layout, const float* workspace, int kinds, int kind, float* sums);

}  // namespace arcmeter::kernels::cpu

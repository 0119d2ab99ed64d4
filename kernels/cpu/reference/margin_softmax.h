// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/margin_softmax.h"

// The launchers of the same names in plain loops with double arithmetic.

namespace arcmeter::kernels::cpu::reference {

void margin_softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                                  float* target_cos);
void margin_softmax_backward_chunk(const BackwardChunkArgs& args);
void centre_gradient(const CentreGradientArgs& args);
void centre_update(const CentreUpdateArgs& args);

}  // namespace arcmeter::kernels::cpu::reference

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cpu/sgd.h"

// The launchers of the same names in plain loops with double arithmetic.

namespace arcmeter::kernels::cpu::reference {

void sgd_update(std::span<const SgdTensor> tensors, const SgdParameters& parameters);
void sgd_refresh_copies(std::span<const SgdTensor> tensors);

}  // namespace arcmeter::kernels::cpu::reference

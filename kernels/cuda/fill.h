// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/cuda/stream.h"

namespace arcmeter::kernels::cuda {

/// x[i] = value for count floats.
void fill(std::int64_t count, float value, float* x, Stream stream);

}  // namespace arcmeter::kernels::cuda

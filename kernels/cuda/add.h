// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cuda {

/// y[i] = a[i] + b[i] for count elements of one type; y may be a or b.
void add(ElementType type, std::int64_t count, const void* a, const void* b, void* y, Stream stream);

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda::test {

/// Convolutions and matrix products as plain loops with double sums, on memory that host and emulated device
/// share. They are as strict as the seam says: operands off a 16-byte boundary are refused, and each product
/// fills the workspace it asked for with NaN.
std::unique_ptr<ProductLibrary> make_reference_products();

}  // namespace arcmeter::backend::cuda::test

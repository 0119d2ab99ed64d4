// SPDX-License-Identifier: Apache-2.0
// Runs products on emulated CUDA, whose memory the host shares.
#pragma once

#include "engine/backend/cuda/products.h"
#include "tests/engine/backend/cuda/reference_products.h"

namespace arcmeter::backend::cuda::test {

/// Relative distance, in the Euclidean norm, of what `product` computes from random operands to what plain
/// loops compute of the same FP32 convolution.
double distance_from_plain_loops(Product& product, ProductLibrary& plain, Direction direction,
                                 const ConvolutionShape& shape);

}  // namespace arcmeter::backend::cuda::test

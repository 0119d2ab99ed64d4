// SPDX-License-Identifier: Apache-2.0
// 3x3 convolutions in FP32 as Winograd transforms around matrix products, see kernels/cuda/winograd.h. cuDNN
// has such engines for the channels-first layout only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// How a convolution is cut: so many samples are transformed, multiplied and transformed back at a time.
struct WinogradPlan {
    std::int64_t samples = 1;

    std::string name() const;  ///< "winograd 16"
};

/// What is worth measuring, none where the method does not apply (it is for FP32, kernel 3, stride 1, padding
/// 1) or the workspace does not hold one sample: as many samples as the workspace holds, and fewer whose
/// transformed values stay in a large L2 cache.
std::vector<WinogradPlan> winograd_plans(const ConvolutionShape& shape, Arithmetic arithmetic,
                                         std::size_t workspace_limit);

/// Its matrix products come from `products`, which must outlive the call only.
std::unique_ptr<Product> make_winograd_convolution(ProductLibrary& products, Direction direction,
                                                   const ConvolutionShape& shape, const WinogradPlan& plan,
                                                   const ProductOptions& options);

}  // namespace arcmeter::backend::cuda

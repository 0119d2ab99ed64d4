// SPDX-License-Identifier: Apache-2.0
// Convolutions in FP32 as matrix products over the patches of their input, see kernels/cuda/patches.h: for a
// stride of two cuDNN's FP32 engines reach a sixth (forward) to a tenth (data gradient) of the rate of a
// matrix product on an H200.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// How a convolution is cut: the patches of so many samples are made and multiplied at a time.
struct PatchPlan {
    std::int64_t samples = 1;

    std::string name() const;  ///< "patches 16"
};

/// What is worth measuring: as many samples as the workspace holds, and fewer whose patches stay in a large
/// L2 cache. None where the workspace does not hold one sample or the method is not for it: it is for FP32,
/// channels by the four, and shapes that Winograd's method (winograd_convolution.h), which multiplies less,
/// does not apply to.
std::vector<PatchPlan> patch_plans(const ConvolutionShape& shape, Arithmetic arithmetic,
                                   std::size_t workspace_limit);

/// Its matrix products come from `products`, which must outlive the call only.
std::unique_ptr<Product> make_patch_convolution(ProductLibrary& products, Direction direction,
                                                const ConvolutionShape& shape, const PatchPlan& plan,
                                                const ProductOptions& options);

}  // namespace arcmeter::backend::cuda

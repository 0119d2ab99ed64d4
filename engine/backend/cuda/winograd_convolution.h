// SPDX-License-Identifier: Apache-2.0
// 3x3 convolutions as Winograd transforms around matrix products, see kernels/cuda/winograd.h. In FP32: for
// compute capability 9.0 cuDNN names no such engine forward or for data gradients. Weight gradients in TF32:
// Hopper's tensor cores want both operands along the sum, which is over pixels, where NHWC has channels; the
// transforms write them so, and there are 2.25 times fewer products.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// How a convolution is cut.
struct WinogradPlan {
    std::int64_t samples = 1;  ///< transformed, multiplied and transformed back at a time
    /// Of a weight gradient: each point's product, whose result is as small as one tap's weights, is computed
    /// in so many parts of its long sum, so that there are enough products to fill a device.
    std::int64_t parts = 1;
    /// Outputs of a tile along each axis: 4 or 7 in FP32, 2 in TF32, whose ten bits stand no larger factors.
    int tile = 4;

    std::string name() const;  ///< "winograd 16", "winograd 16 in 4 parts", "winograd 16, tiles of 7"
    bool operator==(const WinogradPlan&) const = default;
};

/// What is worth measuring: as many samples as the workspace holds, and fewer whose transformed values stay
/// in a large L2 cache; tiles of 7 where they need fewer products than tiles of 4. None where the workspace
/// does not hold one sample or the method does not apply: it is for FP32 and for weight gradients of many
/// channels in TF32, kernel 3, stride 1, padding 1, and channels by the four, so that the products' rows
/// begin at 16 bytes.
std::vector<WinogradPlan> winograd_plans(Direction direction, const ConvolutionShape& shape,
                                         Arithmetic arithmetic, std::size_t workspace_limit);

/// Its matrix products come from `products`, which must outlive the call only.
std::unique_ptr<Product> make_winograd_convolution(ProductLibrary& products, Direction direction,
                                                   const ConvolutionShape& shape, const WinogradPlan& plan,
                                                   const ProductOptions& options);

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/product_cache.h"

#include <stdexcept>

namespace arcmeter::backend::cuda {
namespace {

std::unique_ptr<Product> within(const ProductOptions& options, std::unique_ptr<Product> product) {
    if (product->workspace_bytes() > options.workspace_limit) {
        throw std::logic_error("the product library exceeds its workspace: " + product->algorithm());
    }
    return product;
}

}  // namespace

Product& ProductCache::convolution(Direction direction, const ConvolutionShape& shape,
                                   Arithmetic arithmetic) {
    for (const Convolution& entry : convolutions_) {
        if (entry.direction == direction && entry.shape == shape && entry.arithmetic == arithmetic) {
            return *entry.product;
        }
    }
    auto product = within(options_, library_.convolution(direction, shape, arithmetic, options_));
    return *convolutions_.emplace_back(direction, shape, arithmetic, std::move(product)).product;
}

Product& ProductCache::matmul(const MatmulShape& shape, Arithmetic arithmetic) {
    for (const Matmul& entry : matmuls_) {
        if (entry.shape == shape && entry.arithmetic == arithmetic) return *entry.product;
    }
    auto product = within(options_, library_.matmul(shape, arithmetic, options_));
    return *matmuls_.emplace_back(shape, arithmetic, std::move(product)).product;
}

}  // namespace arcmeter::backend::cuda

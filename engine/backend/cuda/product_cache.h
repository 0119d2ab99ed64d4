// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// Products of a library by shape: the many equal layers of a network, and both instances of its step, share
/// theirs.
class ProductCache {
public:
    ProductCache(ProductLibrary& library, const ProductOptions& options)
        : library_(library), options_(options) {}

    Product& convolution(Direction direction, const ConvolutionShape& shape, Arithmetic arithmetic);
    Product& matmul(const MatmulShape& shape, Arithmetic arithmetic);

private:
    struct Convolution {
        Direction direction;
        ConvolutionShape shape;
        Arithmetic arithmetic;
        std::unique_ptr<Product> product;
    };
    struct Matmul {
        MatmulShape shape;
        Arithmetic arithmetic;
        std::unique_ptr<Product> product;
    };

    ProductLibrary& library_;
    ProductOptions options_;
    std::vector<Convolution> convolutions_;
    std::vector<Matmul> matmuls_;
};

}  // namespace arcmeter::backend::cuda

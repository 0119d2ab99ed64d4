// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/backend/cuda/library_check.h"
#include "engine/backend/cuda/product_tuner.h"

namespace arcmeter::backend::cuda {

/// cuDNN on the current device.
class CudnnHandle {
public:
    CudnnHandle() { ARCMETER_CHECK_LIBRARY(cudnnCreate(&handle_)); }
    ~CudnnHandle() { cudnnDestroy(handle_); }
    CudnnHandle(const CudnnHandle&) = delete;
    CudnnHandle& operator=(const CudnnHandle&) = delete;
    cudnnHandle_t get() const { return handle_; }

private:
    cudnnHandle_t handle_ = nullptr;
};

/// As ProductLibrary::convolution: the fastest of cuDNN's engines and of our Winograd and patch convolutions,
/// whose matrix products come from `products`. The product keeps the handle alive.
std::unique_ptr<Product> make_cudnn_convolution(const std::shared_ptr<CudnnHandle>& cudnn,
                                                ProductTuner& tuner, ProductLibrary& products,
                                                Direction direction, const ConvolutionShape& shape,
                                                Arithmetic arithmetic, const ProductOptions& options);

}  // namespace arcmeter::backend::cuda

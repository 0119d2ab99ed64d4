// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engine/backend/cuda/library_check.h"
#include "engine/backend/cuda/product_tuner.h"

namespace arcmeter::backend::cuda {

/// cuBLASLt on the current device.
class CublasLtHandle {
public:
    CublasLtHandle() { ARCMETER_CHECK_LIBRARY(cublasLtCreate(&handle_)); }
    ~CublasLtHandle() { cublasLtDestroy(handle_); }
    CublasLtHandle(const CublasLtHandle&) = delete;
    CublasLtHandle& operator=(const CublasLtHandle&) = delete;
    cublasLtHandle_t get() const { return handle_; }

private:
    cublasLtHandle_t handle_ = nullptr;
};

/// As ProductLibrary::matmul. The product keeps the handle alive.
std::unique_ptr<Product> make_cublaslt_product(const std::shared_ptr<CublasLtHandle>& cublas,
                                               ProductTuner& tuner, const MatmulShape& shape,
                                               Arithmetic arithmetic, const ProductOptions& options);

}  // namespace arcmeter::backend::cuda

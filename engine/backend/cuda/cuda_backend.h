// SPDX-License-Identifier: Apache-2.0
// The CUDA backend on one device. It uses CUDA's runtime library and the kernels; cuDNN and cuBLASLt reach it
// as a ProductLibrary, so that the tests can give it another one.
#pragma once

#include <functional>

#include "engine/backend/cuda/nccl_api.h"
#include "engine/backend/cuda/plan_backend.h"
#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// Called once for each executor, on its thread, with the executor's device current.
using MakeProductLibrary = std::function<std::unique_ptr<ProductLibrary>()>;

/// Used from one thread.
class CudaBackend : public PlanBackend {
public:
    /// `device` counts as the runtime does, after CUDA_VISIBLE_DEVICES. Touches the device when first needed
    /// only.
    CudaBackend(int device, MakeProductLibrary make_library);

    /// By compute capability: TF32 and BF16 from 8.0 on.
    void require_precision(protocol::Precision precision) const override;

    std::unique_ptr<Executor> make_executor(const graph::Graph& graph,
                                            const ExecutorOptions& options) override;

    std::int64_t available_bytes() const override;  ///< free on the device now
    protocol::DeviceInfo device_info()
        const override;  ///< name, memory, driver; no clocks, no other processes
    std::map<std::string, std::string> libraries() const override;
    std::string collectives_unavailable_reason() const override { return nccl_library().reason; }
    double peak_flops(
        protocol::Precision precision) const override;  ///< by SMs, clock and rate per SM; 0: not known

private:
    int device_;
    MakeProductLibrary make_library_;
};

}  // namespace arcmeter::backend::cuda

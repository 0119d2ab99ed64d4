// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/plan_backend.h"

#include "engine/backend/cuda/cuda_program.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend::cuda {

void PlanBackend::require_precision(protocol::Precision) const {}

std::unique_ptr<Executor> PlanBackend::make_executor(const graph::Graph&, const ExecutorOptions&) {
    throw Error(ErrorCode::device_unavailable, "This backend plans for a GPU and has none.",
                "Choose a device to train on.");
}

protocol::MemoryPlan PlanBackend::plan(const graph::Graph& graph, const ExecutorOptions& options) const {
    return CudaProgram(graph, options).memory();
}

/// Context, the libraries' and our own kernels as they are loaded, two captured graphs of some 800 nodes.
/// What a process takes with cuDNN 9 and cuBLASLt on GPUs of compute capability 8.0 to 9.0 is 400 to 600 MiB
/// by their documentation and common observation; nothing of it was measured by this program.
Overhead PlanBackend::overhead() const {
    return {std::int64_t{600} << 20, "assumed"};
}

/// 16,384 centres of 512 values: they and their products stay in an L2 cache of 40 MiB and more.
std::int64_t PlanBackend::class_chunk_bytes() const {
    return std::int64_t{32} << 20;
}

protocol::DeviceInfo PlanBackend::device_info() const {
    protocol::DeviceInfo info;
    info.kind = "cuda";
    info.name = "any";
    return info;
}

}  // namespace arcmeter::backend::cuda

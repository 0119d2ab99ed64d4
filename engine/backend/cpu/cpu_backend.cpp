// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/cpu_backend.h"

#include <omp.h>

#include "engine/backend/cpu/copy_rate.h"
#include "engine/backend/cpu/cpu_executor.h"
#include "engine/backend/cpu/matrix_rate.h"
#include "engine/protocol/error.h"
#include "engine/telemetry/host.h"

namespace arcmeter::backend::cpu {
namespace {

/// BF16 products need AVX512_BF16 or AMX: emulated, they are slower than FP32 and would measure nothing.
bool has_bfloat16() {
    return telemetry::cpu_has_flag("avx512_bf16") || telemetry::cpu_has_flag("amx_bf16");
}

}  // namespace

void CpuBackend::require_precision(protocol::Precision precision) const {
    if (precision == protocol::Precision::fp32) return;
    const std::string name(to_string(precision));
    if (precision != protocol::Precision::bf16) {
        throw Error(ErrorCode::invalid_config, "precision is " + name + " on the CPU; allowed: fp32, bf16.");
    }
#if !defined(ARCMETER_HAVE_ONEDNN)
    throw Error(ErrorCode::invalid_config,
                "precision is bf16, but this engine is built without oneDNN; allowed: fp32.");
#else
    if (!has_bfloat16()) {
        throw Error(ErrorCode::invalid_config, "precision is bf16, but this CPU (" + telemetry::cpu_name() +
                                                   ") has neither AVX512_BF16 nor AMX; allowed: fp32.");
    }
#endif
}

std::unique_ptr<Executor> CpuBackend::make_executor(const graph::Graph& graph,
                                                    const ExecutorOptions& options) {
    return std::make_unique<CpuExecutor>(graph, make_product_library(), options);
}

protocol::MemoryPlan CpuBackend::plan(const graph::Graph& graph, const ExecutorOptions& options) const {
    use_threads(options);
    const auto library = make_product_library();
    return CpuProgram(graph, *library).memory();
}

/// Anonymous memory of a worker besides what it plans: libraries' own state, generated code, stacks. Measured
/// as peak minus plan over r18 .. r100 and y1: 9 to 12 MiB.
Overhead CpuBackend::overhead() const {
    return {std::int64_t{10} << 20, "assumed"};
}

std::int64_t CpuBackend::available_bytes() const {
    return telemetry::system_memory().available_bytes;
}

protocol::DeviceInfo CpuBackend::device_info() const {
    protocol::DeviceInfo info;
    info.name = telemetry::cpu_name();
    info.kind = "cpu";
    info.memory_bytes = telemetry::system_memory().total_bytes;
    info.note = std::to_string(omp_get_num_procs()) + " cores" + (has_bfloat16() ? ", bf16" : "");
    return info;
}

std::map<std::string, std::string> CpuBackend::libraries() const {
    const auto library = make_product_library();
    return {{library->name(), library->version()}};
}

double CpuBackend::peak_flops([[maybe_unused]] protocol::Precision precision) const {
#if defined(ARCMETER_HAVE_ONEDNN)
    const bool half = precision == protocol::Precision::bf16;
    return measure_matrix_rate(*make_onednn_products(),
                               half ? kernels::ElementType::bf16 : kernels::ElementType::f32);
#else
    return 0;
#endif
}

double CpuBackend::peak_bytes_per_s() const {
    return measure_copy_rate();
}

}  // namespace arcmeter::backend::cpu

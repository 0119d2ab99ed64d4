// SPDX-License-Identifier: Apache-2.0
// Measures what the device itself reaches, as one JSON object: a matrix product of 8192 x 8192 x 8192 in each
// arithmetic (TFLOP/s), and a copy within its memory (GB/s, read and written).
#include <cstdio>
#include <memory>
#include <string>

#include "engine/backend/cuda/choice.h"
#include "engine/backend/cuda/device_probe.h"
#include "engine/backend/cuda/device_timer.h"
#include "engine/backend/cuda/library_products.h"
#include "engine/backend/cuda/operand_types.h"
#include "engine/protocol/error.h"

namespace {

using namespace arcmeter;
using namespace arcmeter::backend::cuda;

constexpr std::int64_t size = 8192;
constexpr std::size_t copy_bytes = std::size_t{2} << 30;
constexpr int runs = 9;

ScratchMemory memory(std::size_t bytes, Arithmetic arithmetic) {
    auto scratch = ScratchMemory::allocate(bytes, arithmetic);
    if (!scratch)
        throw Error(ErrorCode::out_of_memory, "The device has no " + std::to_string(bytes) + " bytes free");
    return std::move(*scratch);
}

double teraflops(ProductLibrary& library, DeviceTimer& timer, Arithmetic arithmetic) {
    const MatmulShape shape{
        .m = size, .n = size, .k = size, .lda = size, .ldb = size, .ldc = size, .float_output = false};
    const auto product = library.matmul(shape, arithmetic, {});
    const std::size_t bytes = static_cast<std::size_t>(size * size) * element_bytes(arithmetic);
    const ScratchMemory a = memory(bytes, arithmetic), b = memory(bytes, arithmetic),
                        c = memory(bytes, arithmetic);
    const ScratchMemory workspace = memory(product->workspace_bytes(), arithmetic);
    const auto us = timer.median_us(runs, [&](Stream stream) {
        product->enqueue(a.get(), b.get(), nullptr, c.get(), workspace.get(), stream);
    });
    return us ? 2.0 * size * size * size / *us / 1e6 : 0;
}

double copy_gb_per_s(DeviceTimer& timer) {
    const ScratchMemory from = memory(copy_bytes, Arithmetic::fp32),
                        to = memory(copy_bytes, Arithmetic::fp32);
    const auto us = timer.median_us(runs, [&](Stream stream) {
        ARCMETER_CUDA_CHECK(
            cudaMemcpyAsync(to.get(), from.get(), copy_bytes, cudaMemcpyDeviceToDevice, stream));
    });
    return us ? 2.0 * copy_bytes / *us / 1e3 : 0;
}

int measure() {
    const DeviceProbe probe = probe_devices();
    if (probe.usable.empty())
        throw Error(ErrorCode::device_unavailable, "There is no GPU to measure: " + probe.reason);
    ARCMETER_CUDA_CHECK(cudaSetDevice(probe.usable.front()));
    const auto library = make_library_products();
    DeviceTimer timer;
    std::string text = "{\"gemm_tflops\": {";
    for (const auto arithmetic : {Arithmetic::fp32, Arithmetic::tf32, Arithmetic::fp16, Arithmetic::bf16}) {
        text += (text.back() == '{' ? "\"" : ", \"") + std::string(to_string(arithmetic)) +
                "\": " + std::to_string(teraflops(*library, timer, arithmetic));
    }
    std::printf("%s}, \"copy_gb_per_s\": %.1f}\n", text.c_str(), copy_gb_per_s(timer));
    return exit_done;
}

}  // namespace

int main() {
    try {
        return measure();
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return exit_code_of(error.code());
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/device_timer.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "engine/protocol/error.h"
#include "kernels/math/float16.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr std::size_t pattern_values = 1 << 18;

template <typename T, typename Round>
std::vector<char> pattern_of(const Round& round) {
    std::mt19937 random(1);
    std::normal_distribution<float> value(0.0F, 0.1F);
    std::vector<char> bytes(pattern_values * sizeof(T));
    auto* const values = reinterpret_cast<T*>(bytes.data());
    for (std::size_t i = 0; i < pattern_values; ++i) values[i] = round(value(random));
    return bytes;
}

std::vector<char> pattern(Arithmetic stored) {
    switch (stored) {
        case Arithmetic::fp16:
            return pattern_of<kernels::float16>([](float v) { return kernels::to_float16(v); });
        case Arithmetic::bf16:
            return pattern_of<kernels::bfloat16>([](float v) { return kernels::to_bfloat16(v); });
        case Arithmetic::fp32:
        case Arithmetic::tf32:
            break;
    }
    return pattern_of<float>([](float v) { return v; });
}

/// One block comes from the host, each further copy doubles what is there.
void fill(char* memory, std::size_t bytes, Arithmetic stored) {
    const std::vector<char> block = pattern(stored);
    std::size_t filled = std::min(bytes, block.size());
    ARCMETER_CUDA_CHECK(cudaMemcpy(memory, block.data(), filled, cudaMemcpyHostToDevice));
    while (filled < bytes) {
        const std::size_t more = std::min(filled, bytes - filled);
        ARCMETER_CUDA_CHECK(cudaMemcpy(memory + filled, memory, more, cudaMemcpyDeviceToDevice));
        filled += more;
    }
}

}  // namespace

std::optional<ScratchMemory> ScratchMemory::allocate(std::size_t bytes, Arithmetic stored) {
    void* memory = nullptr;
    const cudaError_t status = cudaMalloc(&memory, std::max<std::size_t>(bytes, 1));
    if (status == cudaErrorMemoryAllocation) {
        cudaGetLastError();  // so that nobody takes it for an error of a launch
        return std::nullopt;
    }
    if (status != cudaSuccess) throw_cuda_error(status, "cudaMalloc", __FILE__, __LINE__);
    ScratchMemory scratch(memory);
    fill(static_cast<char*>(memory), bytes, stored);
    return scratch;
}

ScratchMemory::~ScratchMemory() {
    if (memory_ != nullptr) ARCMETER_CUDA_LOG(cudaFree(memory_));
}
ScratchMemory::ScratchMemory(ScratchMemory&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)) {}

std::optional<double> DeviceTimer::median_us(int runs, const std::function<void(Stream)>& launch) {
    std::vector<double> times;
    try {
        launch(stream_);
        for (int run = 0; run < runs; ++run) {
            ARCMETER_CUDA_CHECK(cudaEventRecord(start_, stream_));
            launch(stream_);
            ARCMETER_CUDA_CHECK(cudaEventRecord(end_, stream_));
            ARCMETER_CUDA_CHECK(cudaEventSynchronize(end_));
            float milliseconds = 0;
            ARCMETER_CUDA_CHECK(cudaEventElapsedTime(&milliseconds, start_, end_));
            times.push_back(milliseconds * 1e3);
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::internal) throw;
        ARCMETER_CUDA_CHECK(
            cudaStreamSynchronize(stream_));  // what was launched before must not outlive its memory
        return std::nullopt;
    }
    std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
    return times[static_cast<std::size_t>(runs / 2)];
}

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// The emulated device does what CUDA does, and finds what CUDA leaves undefined.
#include <gtest/gtest.h>

#include <cuda_runtime.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "cuda_emulation/control.h"

namespace {

using cuda_emulation::Fault;

class CudaEmulation : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_EQ(cudaStreamCreate(&stream_), cudaSuccess); }
    void TearDown() override { EXPECT_EQ(cudaStreamDestroy(stream_), cudaSuccess); }

    template <class... Parameters, class... Arguments>
    cudaError_t launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, Arguments... arguments) {
        cudaLaunchConfig_t config;
        config.gridDim = grid;
        config.blockDim = block;
        config.stream = stream_;
        return cudaLaunchKernelEx(&config, kernel, arguments...);
    }

    cudaError_t synchronize() { return cudaStreamSynchronize(stream_); }

    cudaStream_t stream_ = nullptr;
};

/// Device memory for ints.
struct Ints {
    explicit Ints(int count) : size(count) { EXPECT_EQ(cudaMalloc(&data, bytes()), cudaSuccess); }
    ~Ints() { cudaFree(data); }
    std::size_t bytes() const { return static_cast<std::size_t>(size) * sizeof(int); }
    std::vector<int> values() const {
        std::vector<int> host(static_cast<std::size_t>(size));
        EXPECT_EQ(cudaMemcpy(host.data(), data, bytes(), cudaMemcpyDeviceToHost), cudaSuccess);
        return host;
    }
    int size;
    int* data = nullptr;
};

__global__ void number_kernel(int* out) {
    const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    const unsigned at = block * blockDim.x * blockDim.y * blockDim.z + thread;
    out[at] = static_cast<int>(at);
}

TEST_F(CudaEmulation, EveryThreadOfEveryBlockRunsOnce) {
    const Ints out(2 * 3 * 2 * 5 * 4 * 3);
    ASSERT_EQ(launch(number_kernel, dim3(2, 3, 2), dim3(5, 4, 3), out.data), cudaSuccess);
    ASSERT_EQ(synchronize(), cudaSuccess);
    std::vector<int> expected(static_cast<std::size_t>(out.size));
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(out.values(), expected);
}

template <bool Barrier>
__global__ void reverse_kernel(int* out) {
    __shared__ int memory[100];
    memory[threadIdx.x] = static_cast<int>(blockIdx.x * 1000 + threadIdx.x);
    if (Barrier) __syncthreads();
    out[blockIdx.x * 100 + threadIdx.x] = memory[99 - threadIdx.x];
}

bool is_reversed(const std::vector<int>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] != static_cast<int>(i / 100 * 1000 + 99 - i % 100)) return false;
    }
    return true;
}

TEST_F(CudaEmulation, ABarrierOrdersSharedMemoryAndItsLackIsSeen) {
    const Ints out(1000);
    launch(reverse_kernel<true>, dim3(10), dim3(100), out.data);
    ASSERT_EQ(synchronize(), cudaSuccess);
    EXPECT_TRUE(is_reversed(out.values()));
    launch(reverse_kernel<false>, dim3(10), dim3(100), out.data);
    ASSERT_EQ(synchronize(), cudaSuccess);
    EXPECT_FALSE(is_reversed(out.values()));
}

__global__ void warp_kernel(int* out) {
    const int lane = static_cast<int>(threadIdx.x % 32);
    int sum = static_cast<int>(threadIdx.x);
    for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, distance);
    const int from_three = __shfl_sync(0xffffffffu, lane * 10, 3);
    const unsigned odd = __ballot_sync(0xffffffffu, lane % 2);
    const int any = __any_sync(0xffffffffu, lane == 40);
    out[threadIdx.x] = sum + from_three * 10000 + __popc(odd) * 1000000 + any;
}

TEST_F(CudaEmulation, WarpFunctionsExchangeBetweenLanesOfOneWarp) {
    const Ints out(96);
    launch(warp_kernel, dim3(1), dim3(96), out.data);
    ASSERT_EQ(synchronize(), cudaSuccess);
    const std::vector<int> values = out.values();
    for (int i = 0; i < 96; ++i) {
        const int warp = i / 32;
        EXPECT_EQ(values[static_cast<std::size_t>(i)], 496 + 32 * 32 * warp + 300000 + 16000000) << i;
    }
}

__global__ void count_kernel(int* out) {
    const int odd = __syncthreads_count(static_cast<int>(threadIdx.x % 2));
    const int none = __syncthreads_or(0);
    const int one = __syncthreads_or(threadIdx.x == 7 ? 1 : 0);
    out[threadIdx.x] = odd * 100 + none * 10 + one;
}

TEST_F(CudaEmulation, BarriersCombineValues) {
    const Ints out(50);
    launch(count_kernel, dim3(1), dim3(50), out.data);
    ASSERT_EQ(synchronize(), cudaSuccess);
    EXPECT_EQ(out.values(), std::vector<int>(50, 2501));
}

__global__ void early_exit_kernel(int*) {
    if (threadIdx.x == 0) return;
    __syncthreads();
}

__global__ void divergent_kernel(int* out) {
    if (threadIdx.x < 16) {
        __syncthreads();
        *out = 1;
    } else {
        __syncthreads();
    }
}

__global__ void missing_lane_kernel(int* out) {
    if (threadIdx.x != 5) *out = __shfl_xor_sync(0xffffffffu, 1, 1);
}

__global__ void outside_mask_kernel(int* out) {
    *out = __shfl_sync(0x0000ffffu, 1, 0);
}

TEST_F(CudaEmulation, ThreadsThatWaitForEverAreReported) {
    const Ints out(1);
    for (const auto kernel :
         {early_exit_kernel, divergent_kernel, missing_lane_kernel, outside_mask_kernel}) {
        launch(kernel, dim3(1), dim3(32), out.data);
        EXPECT_THROW(static_cast<void>(synchronize()), Fault);
    }
}

__global__ void write_kernel(int* out, int at) {
    out[at] = 1;
}

TEST_F(CudaEmulation, AWriteBesideAnAllocationIsReported) {
    for (const int at : {-1, 10}) {
        int* out = nullptr;
        ASSERT_EQ(cudaMalloc(&out, 10 * sizeof(int)), cudaSuccess);
        launch(write_kernel, dim3(1), dim3(1), out, at);
        EXPECT_THROW(static_cast<void>(synchronize()), Fault);
        std::memset(out + at, 0xa5, sizeof(int));  // the guard as it was
        EXPECT_EQ(cudaFree(out), cudaSuccess);
    }
}

TEST_F(CudaEmulation, FreshMemoryIsPoisonAndCounted) {
    const std::size_t before = cuda_emulation::allocated_bytes();
    {
        const Ints out(3);
        EXPECT_EQ(out.values(), std::vector<int>(3, -1));
        EXPECT_EQ(cuda_emulation::allocated_bytes(), before + 12);
    }
    EXPECT_EQ(cuda_emulation::allocated_bytes(), before);
}

TEST_F(CudaEmulation, MemoryEndsWhereTheTestSaysSo) {
    cuda_emulation::set_device_memory(cuda_emulation::allocated_bytes() + 1000);
    void* memory = nullptr;
    EXPECT_EQ(cudaMalloc(&memory, 1001), cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess) << "asking clears it";
    EXPECT_EQ(cudaMalloc(&memory, 1000), cudaSuccess);
    std::size_t free = 1, total = 0;
    EXPECT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
    EXPECT_EQ(free, 0u);
    EXPECT_EQ(cudaFree(memory), cudaSuccess);
    cuda_emulation::set_device_memory(std::size_t{16} << 30);
}

TEST_F(CudaEmulation, ALaunchThatNoDeviceTakesIsRefused) {
    const Ints out(1);
    EXPECT_EQ(launch(write_kernel, dim3(1), dim3(1025), out.data, 0), cudaErrorInvalidConfiguration);
    EXPECT_EQ(launch(write_kernel, dim3(0), dim3(1), out.data, 0), cudaErrorInvalidConfiguration);
    EXPECT_EQ(launch(write_kernel, dim3(1, 65536), dim3(1), out.data, 0), cudaErrorInvalidConfiguration);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
}

TEST_F(CudaEmulation, WorkIsDoneNoEarlierThanItIsWaitedFor) {
    int* pinned = nullptr;
    ASSERT_EQ(cudaMallocHost(&pinned, sizeof(int)), cudaSuccess);
    const Ints out(1);
    *pinned = 1;
    cudaMemcpyAsync(out.data, pinned, sizeof(int), cudaMemcpyHostToDevice, stream_);
    *pinned = 2;  // too early, as a program may not do
    ASSERT_EQ(synchronize(), cudaSuccess);
    EXPECT_EQ(out.values(), std::vector<int>{2});
    int pageable = 3;
    cudaMemcpyAsync(out.data, &pageable, sizeof(int), cudaMemcpyHostToDevice, stream_);
    pageable = 4;
    ASSERT_EQ(synchronize(), cudaSuccess);
    EXPECT_EQ(out.values(), std::vector<int>{3}) << "CUDA has read pageable memory when it returns";
    cudaFreeHost(pinned);
}

__global__ void add_kernel(int* out, int value) {
    *out = *out * 10 + value;
}

TEST_F(CudaEmulation, EventsOrderStreams) {
    cudaStream_t other = nullptr;
    cudaEvent_t event = nullptr;
    ASSERT_EQ(cudaStreamCreate(&other), cudaSuccess);
    ASSERT_EQ(cudaEventCreate(&event), cudaSuccess);
    const Ints out(1);
    cudaMemsetAsync(out.data, 0, sizeof(int), stream_);
    launch(add_kernel, dim3(1), dim3(1), out.data, 1);
    cudaEventRecord(event, stream_);
    EXPECT_EQ(cudaEventQuery(event), cudaErrorNotReady);
    cudaStreamWaitEvent(other, event);
    cudaLaunchConfig_t config;
    config.stream = other;
    int* data = out.data;
    cudaLaunchKernelEx(&config, add_kernel, data, 2);
    EXPECT_EQ(cudaStreamSynchronize(other), cudaSuccess) << "does the other stream's work first";
    EXPECT_EQ(cudaEventQuery(event), cudaSuccess);
    EXPECT_EQ(out.values(), std::vector<int>{12});
    cudaEventDestroy(event);
    cudaStreamDestroy(other);
}

TEST_F(CudaEmulation, AGraphReplaysItsLaunchesWithTheirArguments) {
    const Ints out(1);
    int value = 7;
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t exec = nullptr;
    cudaEvent_t event = nullptr;
    ASSERT_EQ(cudaEventCreate(&event), cudaSuccess);
    ASSERT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), cudaSuccess);
    launch(add_kernel, dim3(1), dim3(1), out.data, value);
    EXPECT_EQ(cudaEventRecordWithFlags(event, stream_, cudaEventRecordExternal), cudaSuccess);
    value = 8;
    ASSERT_EQ(cudaStreamEndCapture(stream_, &graph), cudaSuccess);
    ASSERT_EQ(cudaGraphInstantiate(&exec, graph), cudaSuccess);
    cudaGraphDestroy(graph);
    EXPECT_EQ(out.values(), std::vector<int>{-1}) << "nothing has run";
    cudaMemset(out.data, 0, sizeof(int));
    for (int i = 0; i < 2; ++i) ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess);
    EXPECT_EQ(cudaEventQuery(event), cudaErrorNotReady);
    EXPECT_EQ(cudaEventSynchronize(event), cudaSuccess);
    EXPECT_EQ(out.values(), std::vector<int>{77});
    cudaGraphExecDestroy(exec);
    cudaEventDestroy(event);
}

TEST_F(CudaEmulation, WaitingDuringACaptureEndsIt) {
    cudaGraph_t graph = nullptr;
    ASSERT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal), cudaSuccess);
    EXPECT_EQ(synchronize(), cudaErrorStreamCaptureUnsupported);
    EXPECT_EQ(cudaStreamEndCapture(stream_, &graph), cudaErrorStreamCaptureInvalidated);
    EXPECT_EQ(graph, nullptr);
    EXPECT_EQ(synchronize(), cudaSuccess);
}

TEST_F(CudaEmulation, AForkedStreamHasToJoinItsCapture) {
    cudaStream_t other = nullptr;
    cudaEvent_t fork = nullptr, join = nullptr;
    cudaStreamCreate(&other);
    cudaEventCreate(&fork);
    cudaEventCreate(&join);
    const Ints out(1);
    for (const bool joins : {false, true}) {
        cudaGraph_t graph = nullptr;
        ASSERT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal), cudaSuccess);
        cudaEventRecord(fork, stream_);
        ASSERT_EQ(cudaStreamWaitEvent(other, fork), cudaSuccess);
        cudaMemsetAsync(out.data, 0, sizeof(int), other);
        cudaEventRecord(join, other);
        if (joins) cudaStreamWaitEvent(stream_, join);
        EXPECT_EQ(cudaStreamEndCapture(stream_, &graph),
                  joins ? cudaSuccess : cudaErrorStreamCaptureUnjoined);
        if (graph) cudaGraphDestroy(graph);
    }
    cudaEventDestroy(fork);
    cudaEventDestroy(join);
    cudaStreamDestroy(other);
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
// NCCL itself on one GPU: joining, collectives on their own stream, a capture and its replays. What several
// GPUs do is in multi_gpu.sh.
#include <gtest/gtest.h>

#include <thread>

#include "engine/backend/cuda/nccl_communicator.h"
#include "engine/comm/job.h"
#include "tests/device/device_support.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr std::int64_t count = 1 << 20;

class OneRank : public ::testing::Test {
protected:
    void SetUp() override {
        ARCMETER_NEEDS_DEVICE();
        ARCMETER_CUDA_CHECK(cudaSetDevice(probe_devices().usable.front()));
        if (nccl_library().api == nullptr) GTEST_SKIP() << nccl_library().reason;
    }

    /// As CudaExecutor waits.
    static void wait_for(NcclCommunicator& gpus, cudaStream_t stream) {
        const auto since = std::chrono::steady_clock::now();
        while (cudaStreamQuery(stream) == cudaErrorNotReady) {
            gpus.check(since);
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
        ARCMETER_CUDA_CHECK(cudaStreamSynchronize(stream));
    }

    static std::vector<float> values_of(const DeviceMemory& memory) {
        std::vector<float> values(count);
        ARCMETER_CUDA_CHECK(
            cudaMemcpy(values.data(), memory.data(), sizeof(float) * count, cudaMemcpyDeviceToHost));
        return values;
    }

    std::unique_ptr<comm::Job> job = comm::single_job();
};

/// Every collective of one rank leaves or copies what is there.
TEST_F(OneRank, EveryCollectiveAndTheirCapture) {
    const OwnStream compute;
    DeviceMemory a(sizeof(float) * count), b(sizeof(float) * count), c(sizeof(float) * count);
    std::vector<float> values(count);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 1000) - 500;
    NcclCommunicator gpus(*nccl_library().api, job->communicator(), compute, {});
    EXPECT_EQ(gpus.size(), 1);
    const auto step = [&] {
        gpus.wait(gpus.all_reduce(a.data(), count, comm::ElementType::f32, comm::Reduction::sum));
        gpus.wait(gpus.all_gather(a.data(), b.data(), count, comm::ElementType::f32));
        gpus.wait(gpus.reduce_scatter(b.data(), c.data(), count, comm::ElementType::f32));
        gpus.wait(gpus.broadcast(c.data(), count, comm::ElementType::f32, 0));
        gpus.wait(gpus.barrier());
    };
    const auto upload = [&] {
        ARCMETER_CUDA_CHECK(
            cudaMemcpy(a.data(), values.data(), sizeof(float) * count, cudaMemcpyHostToDevice));
        ARCMETER_CUDA_CHECK(cudaMemset(c.data(), 0, sizeof(float) * count));
        ARCMETER_CUDA_CHECK(cudaDeviceSynchronize());  // `compute` does not wait for the default stream
    };
    upload();
    step();
    wait_for(gpus, compute);
    EXPECT_EQ(values_of(c), values);

    cudaGraph_t graph = nullptr;
    ARCMETER_CUDA_CHECK(cudaStreamBeginCapture(compute, cudaStreamCaptureModeThreadLocal));
    step();
    ARCMETER_CUDA_CHECK(cudaStreamEndCapture(compute, &graph));
    {
        const ExecutableGraph replayed(graph);
        ARCMETER_CUDA_CHECK(cudaGraphDestroy(graph));
        for (int replay = 0; replay < 3; ++replay) {
            upload();
            replayed.launch(compute);
            wait_for(gpus, compute);
            EXPECT_EQ(values_of(c), values) << "replay " << replay;
        }
    }
}

}  // namespace
}  // namespace arcmeter::backend::cuda

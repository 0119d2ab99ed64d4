// SPDX-License-Identifier: Apache-2.0
// What becomes of the other ranks when one is lost, never comes, or the run is stopped: an error within the time
// limit, not a hang. Each test makes communicators of its own; the last rank is the one that is missing.
#include <gtest/gtest.h>

#include <thread>

#include "cuda_emulation/nccl.h"
#include "engine/backend/cuda/nccl_communicator.h"
#include "engine/protocol/error.h"
#include "tests/engine/ranks/ranks_main.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace comm::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

bool is_missing() {
    return rank() == world_size() - 1;
}

/// What an Error says, with its code checked; empty where none is thrown.
template <typename Action>
std::string rank_lost_from(Action action) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::rank_lost);
        return error.what();
    }
    return {};
}

/// As CudaExecutor waits.
void wait_on_host(NcclCommunicator& communicator, cudaStream_t stream) {
    const auto since = Clock::now();
    while (cudaStreamQuery(stream) == cudaErrorNotReady) {
        communicator.check(since);
        std::this_thread::sleep_for(50us);
    }
}

class NcclFaults : public ::testing::Test {
protected:
    void SetUp() override { wait_for(communicator().barrier()); }
    OwnStream compute;
    DeviceMemory memory{64};
};

TEST_F(NcclFaults, ABarrierEndsWhereEveryRankIsThere) {
    NcclCommunicator gpus(cuda_emulation::nccl_api(), communicator(), compute, {});
    EXPECT_EQ(gpus.size(), world_size());
    gpus.wait(gpus.barrier());
    EXPECT_EQ(rank_lost_from([&] { wait_on_host(gpus, compute); }), "");
}

TEST_F(NcclFaults, ARankThatDoesNotJoinInTimeIsAnError) {
    if (is_missing()) {
        // Takes the id as the others do, and no more.
        std::int32_t made = 0;
        NcclUniqueId id;
        wait_for(communicator().broadcast(&made, 1, comm::ElementType::i32, 0));
        wait_for(communicator().broadcast(id.bytes, sizeof id.bytes, comm::ElementType::u8, 0));
        return;
    }
    const auto begin = Clock::now();
    const std::string message = rank_lost_from([&] {
        NcclCommunicator gpus(cuda_emulation::nccl_api(), communicator(), compute, {.timeout = 1s});
    });
    EXPECT_NE(message.find("did not join ncclCommInitRankConfig within 1 s"), std::string::npos) << message;
    EXPECT_GE(Clock::now() - begin, 1s);
}

TEST_F(NcclFaults, AStopEndsJoining) {
    const std::atomic<bool> stop = true;
    if (is_missing()) {
        std::int32_t made = 0;
        NcclUniqueId id;
        wait_for(communicator().broadcast(&made, 1, comm::ElementType::i32, 0));
        wait_for(communicator().broadcast(id.bytes, sizeof id.bytes, comm::ElementType::u8, 0));
        return;
    }
    EXPECT_THROW(NcclCommunicator(cuda_emulation::nccl_api(), communicator(), compute, {.stop = &stop}), comm::Stopped);
}

TEST_F(NcclFaults, ARankThatIsLateIsAnErrorAfterTheTimeLimit) {
    NcclCommunicator gpus(cuda_emulation::nccl_api(), communicator(), compute, {.timeout = 1s});
    if (!is_missing()) {
        gpus.wait(gpus.all_reduce(memory.data(), 16, comm::ElementType::f32, comm::Reduction::sum));
        const std::string message = rank_lost_from([&] { wait_on_host(gpus, compute); });
        EXPECT_NE(message.find("did not join a collective within 1 s"), std::string::npos) << message;
        EXPECT_EQ(cudaStreamSynchronize(compute), cudaSuccess);  // what waited was ended
        EXPECT_THROW(gpus.barrier(), comm::Stopped);
    }
    wait_for(communicator().barrier());
}

/// Last: this process's emulated NCCL is of no use afterwards.
TEST_F(NcclFaults, WhatNcclReportsOfALostRankIsAnErrorAtOnce) {
    NcclCommunicator gpus(cuda_emulation::nccl_api(), communicator(), compute, {});
    if (is_missing()) {
        cuda_emulation::leave_nccl();
    } else {
        gpus.wait(gpus.all_reduce(memory.data(), 16, comm::ElementType::f32, comm::Reduction::sum));
        const std::string message = rank_lost_from([&] { wait_on_host(gpus, compute); });
        EXPECT_NE(message.find("remote process exited"), std::string::npos) << message;
        EXPECT_NE(message.find("Rank " + std::to_string(rank()) + " lost the others"), std::string::npos) << message;
    }
    wait_for(communicator().barrier());
}

}  // namespace
}  // namespace arcmeter::backend::cuda

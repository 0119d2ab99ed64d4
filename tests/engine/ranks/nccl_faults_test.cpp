// SPDX-License-Identifier: Apache-2.0
// What becomes of the other ranks when one is lost, never comes, or the run is stopped: an error within the
// time limit, not a hang. Each test makes communicators of its own; the last rank is the one that is missing.
#include <gtest/gtest.h>

#include <thread>

#include "cuda_emulation/nccl.h"
#include "engine/backend/cuda/nccl_communicator.h"
#include "engine/protocol/error.h"
#include "tests/engine/backend/cuda/cuda_support.h"
#include "tests/engine/backend/cuda/reference_products.h"
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
    const std::string message = rank_lost_from(
        [&] { NcclCommunicator gpus(cuda_emulation::nccl_api(), communicator(), compute, {.timeout = 1s}); });
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
    EXPECT_THROW(NcclCommunicator(cuda_emulation::nccl_api(), communicator(), compute, {.stop = &stop}),
                 comm::Stopped);
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

/// A training whose last rank does not come to the second step.
class Training {
public:
    explicit Training(const ExecutorOptions& options)
        : step_(train::build_step_graph(test::small_network(2), config(), 20, {.rank = rank()})),
          executor(step_.graph, test::make_reference_products(), options, &cuda_emulation::nccl_api()),
          batch_(step_) {
        executor.initialise(1);
        executor.submit(batch_.input(0));
        executor.drain();
        EXPECT_EQ(executor.collect().size(), 1u);
    }
    void second_step() {
        executor.submit(batch_.input(1));
        executor.drain();
    }

private:
    static protocol::RunConfig config() {
        protocol::RunConfig config;
        config.batch_size_per_device = 2;
        config.devices_per_node = world_size();
        return config;
    }
    train::StepGraph step_;

public:
    CudaExecutor executor;

private:
    test::Batch batch_;
};

ExecutorOptions training_options() {
    ExecutorOptions options = test::emulated_options();
    options.communicator = &communicator();
    return options;
}

TEST_F(NcclFaults, AStepOfWhichARankIsLateEndsWithAnError) {
    ExecutorOptions options = training_options();
    // Longer than a step of every rank takes on few cores with checks compiled in: only the late rank may
    // exceed it.
    options.communication_timeout = 10s;
    Training training(options);
    if (!is_missing()) {
        const std::string message = rank_lost_from([&] { training.second_step(); });
        EXPECT_NE(message.find("did not join a collective within 10 s"), std::string::npos) << message;
    }
    wait_for(communicator().barrier());
}

TEST_F(NcclFaults, AStopEndsAStepThatWaitsForARank) {
    std::atomic<bool> stop = false;
    ExecutorOptions options = training_options();
    options.stop = &stop;
    Training training(options);
    if (!is_missing()) {
        std::thread stopper([&] {
            std::this_thread::sleep_for(100ms);
            stop = true;
        });
        training.second_step();
        stopper.join();
        EXPECT_TRUE(training.executor.collect().empty());  // it was discarded
        training.second_step();                            // does nothing any more
        EXPECT_TRUE(training.executor.collect().empty());
    }
    wait_for(communicator().barrier());
}

/// Last: this process's emulated NCCL is of no use afterwards.
TEST_F(NcclFaults, WhatNcclReportsOfALostRankIsAnErrorAtOnce) {
    NcclCommunicator gpus(cuda_emulation::nccl_api(), communicator(), compute, {});
    wait_for(communicator().barrier());  // every rank has joined, and knows
    if (is_missing()) {
        cuda_emulation::leave_nccl();
    } else {
        gpus.wait(gpus.all_reduce(memory.data(), 16, comm::ElementType::f32, comm::Reduction::sum));
        const std::string message = rank_lost_from([&] { wait_on_host(gpus, compute); });
        EXPECT_NE(message.find("remote process exited"), std::string::npos) << message;
        EXPECT_NE(message.find("Rank " + std::to_string(rank()) + " lost the others"), std::string::npos)
            << message;
    }
    wait_for(communicator().barrier());
}

}  // namespace
}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// Class centres and momentum in bfloat16 and in pinned host memory, against the CPU and against device
// memory.
#include <gtest/gtest.h>

#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;
using protocol::ClassMemory;
using protocol::Parallelism;
using protocol::StatePrecision;

train::StepGraph step_of(StatePrecision centres, StatePrecision momentum, ClassMemory memory,
                         Parallelism parallelism) {
    protocol::RunConfig config;
    config.batch_size_per_device = 4;
    config.parallelism = parallelism;
    config.sample_ratio = 0.5;
    config.class_precision = centres;
    config.momentum_precision = momentum;
    config.class_memory = memory;
    return train::build_step_graph(small_network(4), config, 40);
}

struct Outcome {
    std::vector<double> losses;
    std::map<std::string, std::vector<float>> values;
};

Outcome run(Executor& executor, const train::StepGraph& step) {
    executor.initialise(3);
    const Batch batch(step);
    Outcome outcome;
    for (std::uint64_t i = 0; i < 3; ++i) outcome.losses.push_back(run_step(executor, batch.input(i)).loss);
    outcome.values = persistent_values(executor, step.graph);
    return outcome;
}

class CudaClassState : public ::testing::TestWithParam<Parallelism> {};

/// The same random numbers round the same elements: the two differ where FP32's last bits decide between
/// neighbours.
TEST_P(CudaClassState, HalfStateFollowsTheCpus) {
    for (const StatePrecision centres : {StatePrecision::fp32, StatePrecision::bf16}) {
        const auto step = step_of(centres, StatePrecision::bf16, ClassMemory::device, GetParam());
        const Outcome cuda = run(*cuda_executor_of(step), step);
        const Outcome cpu = run(*executor_of(step, Products::reference), step);
        for (std::size_t i = 0; i < cpu.losses.size(); ++i) {
            EXPECT_NEAR(cuda.losses[i], cpu.losses[i], 1e-4 * cpu.losses[i]) << i;
        }
        EXPECT_LT(relative_distance(cuda.values.at("head.weight"), cpu.values.at("head.weight")), 2e-3);
        EXPECT_LT(
            relative_distance(cuda.values.at("head.weight.momentum"), cpu.values.at("head.weight.momentum")),
            5e-3);
    }
}

TEST_P(CudaClassState, HostMemoryChangesNoBit) {
    const auto on_device =
        step_of(StatePrecision::fp32, StatePrecision::fp32, ClassMemory::device, GetParam());
    const auto device = cuda_executor_of(on_device);
    const Outcome expected = run(*device, on_device);
    const protocol::MemoryPlan all = device->memory();
    EXPECT_EQ(all.host, 0);
    for (const ClassMemory memory : {ClassMemory::host, ClassMemory::host_all}) {
        const auto step = step_of(StatePrecision::fp32, StatePrecision::fp32, memory, GetParam());
        const auto executor = cuda_executor_of(step);
        const Outcome outcome = run(*executor, step);
        EXPECT_EQ(outcome.losses, expected.losses);
        EXPECT_EQ(outcome.values, expected.values);
        const protocol::MemoryPlan plan = executor->memory();
        const bool both = memory == ClassMemory::host_all;
        EXPECT_EQ(plan.head_optimizer, 0);
        EXPECT_EQ(plan.head_weights, both ? 0 : all.head_weights);
        EXPECT_EQ(plan.host, all.head_optimizer + (both ? all.head_weights : 0));
        EXPECT_EQ(plan.total(), executor->allocated_bytes());
    }
}

INSTANTIATE_TEST_SUITE_P(Heads, CudaClassState,
                         ::testing::Values(Parallelism::model, Parallelism::partial_fc),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

}  // namespace
}  // namespace arcmeter::backend::cuda

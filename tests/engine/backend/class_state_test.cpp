// SPDX-License-Identifier: Apache-2.0
// Class centres and their momentum kept in other types and places than FP32 on the device, over whole steps.
#include <gtest/gtest.h>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;
using protocol::ClassMemory;
using protocol::Parallelism;
using protocol::StatePrecision;

struct State {
    StatePrecision centres = StatePrecision::fp32;
    StatePrecision momentum = StatePrecision::fp32;
    ClassMemory memory = ClassMemory::device;
};

train::StepGraph step_with(const State& state, Parallelism parallelism) {
    protocol::RunConfig config;
    config.batch_size_per_device = 8;
    config.parallelism = parallelism;
    config.sample_ratio = 0.5;
    config.class_precision = state.centres;
    config.momentum_precision = state.momentum;
    config.class_memory = state.memory;
    return train::build_step_graph(small_network(8), config, 60);
}

/// At the usual 0.1 this untrained network multiplies any difference by 2.5 a step, of whatever origin.
constexpr double small_rate = 0.002;

struct Outcome {
    std::vector<double> losses;
    std::map<std::string, std::vector<float>> values;
};

Outcome run(const State& state, Parallelism parallelism, Products products = Products::library) {
    const train::StepGraph step = step_with(state, parallelism);
    const auto executor = executor_of(step, products);
    executor->initialise(3);
    const Batch batch(step);
    Outcome outcome;
    for (std::uint64_t i = 0; i < 3; ++i) {
        outcome.losses.push_back(run_step(*executor, batch.input(i, small_rate)).loss);
    }
    outcome.values = persistent_values(*executor, step.graph);
    return outcome;
}

class ClassState : public ::testing::TestWithParam<Parallelism> {};

/// bfloat16 keeps 8 bits: three steps from rounded centres stay within a few parts in a thousand of FP32's
/// loss.
TEST_P(ClassState, HalfStateFollowsFp32) {
    const Outcome full = run({}, GetParam());
    for (const State& state : {State{StatePrecision::fp32, StatePrecision::bf16},
                               State{StatePrecision::bf16, StatePrecision::fp32},
                               State{StatePrecision::bf16, StatePrecision::bf16}}) {
        const Outcome half = run(state, GetParam());
        for (std::size_t i = 0; i < full.losses.size(); ++i) {
            EXPECT_NEAR(half.losses[i], full.losses[i], 0.005 * full.losses[i]) << i;
        }
        EXPECT_LT(relative_distance(half.values.at("head.weight"), full.values.at("head.weight")), 0.01);
        EXPECT_LT(
            relative_distance(half.values.at("head.weight.momentum"), full.values.at("head.weight.momentum")),
            0.02);
    }
}

/// With FP32 centres the first step's loss does not know of the momentum's type.
TEST_P(ClassState, MomentumsTypeDoesNotChangeTheFirstLoss) {
    EXPECT_EQ(run({StatePrecision::fp32, StatePrecision::bf16}, GetParam()).losses[0],
              run({}, GetParam()).losses[0]);
}

TEST_P(ClassState, SameSeedSameRounding) {
    const State half{StatePrecision::bf16, StatePrecision::bf16};
    EXPECT_EQ(run(half, GetParam()).values, run(half, GetParam()).values);
}

/// On the CPU host memory is the device's: nothing differs, not even the plan.
TEST_P(ClassState, HostMemoryChangesNothingOnTheCpu) {
    const Outcome device = run({}, GetParam());
    for (const ClassMemory memory : {ClassMemory::host, ClassMemory::host_all}) {
        const State state{.memory = memory};
        const Outcome host = run(state, GetParam());
        EXPECT_EQ(host.losses, device.losses);
        EXPECT_EQ(host.values, device.values);
        const auto a = executor_of(step_with(state, GetParam()), Products::library)->memory();
        const auto b = executor_of(step_with({}, GetParam()), Products::library)->memory();
        EXPECT_EQ(a, b);
    }
}

TEST_P(ClassState, HalfStateTakesHalfTheMemory) {
    const auto memory = [&](const State& state) {
        return executor_of(step_with(state, GetParam()), Products::library)->memory();
    };
    const auto full = memory({});
    const auto half = memory({StatePrecision::bf16, StatePrecision::bf16});
    EXPECT_EQ(half.head_weights * 2, full.head_weights);
    EXPECT_EQ(half.head_optimizer * 2, full.head_optimizer);
}

INSTANTIATE_TEST_SUITE_P(Heads, ClassState, ::testing::Values(Parallelism::model, Parallelism::partial_fc),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

}  // namespace
}  // namespace arcmeter::backend

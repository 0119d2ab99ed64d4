// SPDX-License-Identifier: Apache-2.0
// The same run again, with other threads, and with activations recomputed.
#include <gtest/gtest.h>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

struct Outcome {
    std::vector<double> losses;
    std::map<std::string, std::vector<float>> values;
};

Outcome run(const train::StepGraph& step, const ExecutorOptions& options, int steps = 3) {
    const auto executor = executor_of(step, Products::library, options);
    initialise_scattered(*executor, step.graph, 7);
    const Batch batch(step);
    Outcome out;
    for (int i = 0; i < steps; ++i) {
        out.losses.push_back(run_step(*executor, batch.input(static_cast<std::uint64_t>(i))).loss);
    }
    out.values = persistent_values(*executor, step.graph);
    return out;
}

class Repeatability : public ::testing::TestWithParam<protocol::Parallelism> {
protected:
    static train::StepGraph step(protocol::Recompute recompute) {
        StepSetup setup;
        setup.parallelism = GetParam();
        setup.recompute = recompute;
        setup.sample_ratio = 0.3;
        setup.num_classes = 500;
        setup.keep_class_gradient = false;
        return small_step(8, setup);
    }
};

TEST_P(Repeatability, TwoRunsAreBitEqual) {
    const auto graph = step(protocol::Recompute::none);
    const Outcome a = run(graph, {.threads = 2, .deterministic = true}),
                  b = run(graph, {.threads = 2, .deterministic = true});
    EXPECT_EQ(a.losses, b.losses);
    EXPECT_EQ(a.values, b.values);
}

/// Gradients, momentum, running statistics and centres after several steps, dropout's masks among what they
/// need.
TEST_P(Repeatability, RecomputingChangesNoBit) {
    const Outcome kept = run(step(protocol::Recompute::none), {.threads = 1, .poison_activations = true});
    for (const protocol::Recompute policy : {protocol::Recompute::units, protocol::Recompute::blocks}) {
        const Outcome again = run(step(policy), {.threads = 1, .poison_activations = true});
        EXPECT_EQ(kept.losses, again.losses) << to_string(policy);
        EXPECT_EQ(kept.values, again.values) << to_string(policy);
    }
}

/// NaN in all memory of one step before it starts: nothing may be read before it is written.
TEST_P(Repeatability, PoisonedMemoryChangesNoBit) {
    const auto graph = step(protocol::Recompute::none);
    EXPECT_EQ(run(graph, {.threads = 1}).values,
              run(graph, {.threads = 1, .poison_activations = true}).values);
}

/// Threads divide the products' sums differently: as close as two orders of FP32 sums, and elements on the
/// other side of PReLU's kink.
TEST_P(Repeatability, OneThreadAndThreeAgree) {
    const auto graph = step(protocol::Recompute::none);
    const Outcome one = run(graph, {.threads = 1}, 1), three = run(graph, {.threads = 3}, 1);
    EXPECT_NEAR(one.losses[0], three.losses[0], 1e-5 * one.losses[0]);
    expect_all_close(three.values, one.values, 2e-2);
}

TEST_P(Repeatability, AnotherSeedIsAnotherRun) {
    const auto graph = step(protocol::Recompute::none);
    const auto executor = executor_of(graph, Products::library);
    executor->initialise(7);
    const std::vector<float> first = executor->read_tensor(graph.head.centres);
    executor->initialise(8);
    EXPECT_NE(executor->read_tensor(graph.head.centres), first);
}

INSTANTIATE_TEST_SUITE_P(Heads, Repeatability,
                         ::testing::Values(protocol::Parallelism::data, protocol::Parallelism::partial_fc),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

}  // namespace
}  // namespace arcmeter::backend

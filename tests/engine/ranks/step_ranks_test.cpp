// SPDX-License-Identifier: Apache-2.0
// Whole training steps on the CPU, with MPI.
#include "tests/engine/ranks/step_support.h"

namespace arcmeter::train {

std::unique_ptr<backend::Executor> test::make_executor(const StepGraph& step,
                                                       const backend::ExecutorOptions& options) {
    return backend::test::executor_of(step, backend::test::Products::library, options);
}

namespace {

using namespace test;

class EveryStrategy : public ::testing::TestWithParam<Parallelism> {};

TEST_P(EveryStrategy, WithBatchNorm) {
    expect_equivalence({.parallelism = GetParam()}, loss_tolerance, parameter_tolerance);
}

TEST_P(EveryStrategy, WithDropoutAndDifferentImages) {
    expect_equivalence({.parallelism = GetParam(), .with_batch_norm = false}, loss_tolerance,
                       parameter_tolerance);
}

TEST_P(EveryStrategy, OneBucketForAllGradients) {
    expect_equivalence({.parallelism = GetParam(), .bucket_bytes = 25'000'000}, loss_tolerance,
                       parameter_tolerance);
}

INSTANTIATE_TEST_SUITE_P(Strategies, EveryStrategy,
                         ::testing::Values(Parallelism::data, Parallelism::model, Parallelism::partial_fc),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

/// bfloat16 has 8 bits: a gradient is off by up to 2^-9 of itself for its rounding and each addition. One
/// step, as the loss soon makes more of such a difference.
TEST(Wire, Bfloat16GivesNearlyTheSame) {
    expect_equivalence({.wire = protocol::CommunicationPrecision::bf16, .steps = 1}, loss_tolerance, 1e-2);
}

TEST(Wire, Bfloat16IsHalfTheBytes) {
    const auto bytes_of = [](protocol::CommunicationPrecision wire) {
        const Training training({.wire = wire}, world_size());
        std::int64_t bytes = 0;
        for (const graph::CollectiveCost& cost : graph::collective_costs(training.step.graph)) {
            if (cost.payload != graph::Payload::result) bytes += cost.bytes;
        }
        return bytes;
    };
    EXPECT_EQ(bytes_of(protocol::CommunicationPrecision::bf16) * 2,
              bytes_of(protocol::CommunicationPrecision::fp32));
}

/// The ranks' trainings do not drift apart: what one rank has, every other has to the bit.
TEST(Ranks, HaveTheSameParametersToTheBit) {
    const Parallel setup{.parallelism = Parallelism::model, .with_batch_norm = false};
    Training parallel(setup, world_size());
    const GlobalBatch batch(false);
    for (int i = 0; i < steps; ++i)
        backend::test::run_step(*parallel.executor, batch.input(i, rank() * each));
    for (const auto& [name, values] :
         backend::test::persistent_values(*parallel.executor, parallel.step.graph)) {
        if (name.starts_with("head.weight")) continue;
        std::vector<float> all(values.size() * static_cast<std::size_t>(world_size()));
        wait_for(communicator().all_gather(values.data(), all.data(),
                                           static_cast<std::int64_t>(values.size()), comm::ElementType::f32));
        for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], all[i % values.size()]) << name;
    }
}

/// The report says how long each collective took, and the wait is a part of the step.
TEST(Ranks, CommunicationIsReported) {
    Training parallel({.parallelism = Parallelism::model}, world_size());
    const auto report =
        backend::test::run_step(*parallel.executor, GlobalBatch(true).input(0, rank() * each));
    const std::vector<graph::CollectiveCost> costs = graph::collective_costs(parallel.step.graph);
    ASSERT_EQ(report.collective_ms.size(), costs.size());
    for (const double ms : report.collective_ms) EXPECT_GT(ms, 0);
    EXPECT_GT(report.parts.communication, 0);
}

}  // namespace
}  // namespace arcmeter::train

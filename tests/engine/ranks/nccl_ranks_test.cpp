// SPDX-License-Identifier: Apache-2.0
// Whole training steps on emulated CUDA devices, with emulated NCCL and the id carried by MPI: the graph of a
// step with its collectives captured from the third step on.
#include "cuda_emulation/control.h"
#include "cuda_emulation/nccl.h"
#include "engine/backend/cuda/cuda_executor.h"
#include "tests/engine/backend/cuda/reference_products.h"
#include "tests/engine/ranks/step_support.h"

namespace arcmeter::train {

std::unique_ptr<backend::Executor> test::make_executor(const StepGraph& step,
                                                       const backend::ExecutorOptions& options) {
    return std::make_unique<backend::cuda::CudaExecutor>(
        step.graph, backend::cuda::test::make_reference_products(), options, &cuda_emulation::nccl_api());
}

namespace {

using namespace test;

class EveryStrategyOnGpus : public ::testing::TestWithParam<Parallelism> {};

TEST_P(EveryStrategyOnGpus, WithBatchNorm) {
    const std::uint64_t graphs = cuda_emulation::graphs_launched();
    expect_equivalence({.parallelism = GetParam()}, loss_tolerance, parameter_tolerance);
    EXPECT_GT(cuda_emulation::graphs_launched(),
              graphs + 2);  // by the ranks' steps, too: they are captured alike
}

TEST_P(EveryStrategyOnGpus, WithDropoutAndDifferentImages) {
    expect_equivalence({.parallelism = GetParam(), .with_batch_norm = false}, loss_tolerance,
                       parameter_tolerance);
}

TEST_P(EveryStrategyOnGpus, OneBucketForAllGradients) {
    expect_equivalence({.parallelism = GetParam(), .bucket_bytes = 25'000'000}, loss_tolerance,
                       parameter_tolerance);
}

INSTANTIATE_TEST_SUITE_P(Strategies, EveryStrategyOnGpus,
                         ::testing::Values(Parallelism::data, Parallelism::model, Parallelism::partial_fc),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

/// As on the CPU: bfloat16 has 8 bits, and the loss soon makes more of the difference.
TEST(WireOnGpus, Bfloat16GivesNearlyTheSame) {
    expect_equivalence({.wire = protocol::CommunicationPrecision::bf16, .steps = 1}, loss_tolerance, 1e-2);
}

/// A shard's class centres overflow on one rank alone; the scale that follows is every rank's.
TEST(LossScaleOnGpus, IsTheSameOnEveryRank) {
    protocol::RunConfig config = config_of({.parallelism = Parallelism::model}, world_size());
    config.precision = protocol::Precision::fp16;
    const StepGraph step = build_step_graph(backend::test::small_network(each, 12, graph::DataType::f16),
                                            config, classes, {.rank = rank()});
    const auto made = make_executor(step, {.threads = 1, .seed = 5, .communicator = &communicator()});
    auto& executor = dynamic_cast<backend::cuda::CudaExecutor&>(*made);
    executor.initialise(7);
    const backend::test::Batch batch(step, static_cast<unsigned>(rank() + 1));
    // At this scale nothing overflows by itself; a class centre of rank 0 is said to have.
    executor.set_loss_scale({.scale = 64, .head_overflow = rank() == 0 ? 1 : 0});
    backend::test::run_step(executor, batch.input(0));
    EXPECT_EQ(executor.loss_scale().scale, 32);
    backend::test::run_step(executor, batch.input(1));
    EXPECT_EQ(executor.loss_scale().scale, 32);
}

/// A replay does every collective that the plan counts, and the events say how long each took.
TEST(CommunicationOnGpus, IsCapturedAndReported) {
    Training parallel({.parallelism = Parallelism::model}, world_size());
    EXPECT_EQ(parallel.executor->note(), "");
    const GlobalBatch batch(true);
    for (int i = 0; i < steps; ++i)
        backend::test::run_step(*parallel.executor, batch.input(i, rank() * each));
    const std::uint64_t graphs = cuda_emulation::graphs_launched();
    const long collectives = cuda_emulation::nccl_collectives();
    const auto report = backend::test::run_step(*parallel.executor, batch.input(steps, rank() * each));
    EXPECT_EQ(parallel.executor->note(), "");
    EXPECT_EQ(cuda_emulation::graphs_launched(), graphs + 1);
    const std::size_t costs = graph::collective_costs(parallel.step.graph).size();
    EXPECT_GE(cuda_emulation::nccl_collectives() - collectives, static_cast<long>(costs));
    ASSERT_EQ(report.collective_ms.size(), costs);
    for (const double ms : report.collective_ms) EXPECT_GT(ms, 0);
    EXPECT_GT(report.parts.communication, 0);
    EXPECT_GT(parallel.executor->memory().communication, 0);
}

}  // namespace
}  // namespace arcmeter::train

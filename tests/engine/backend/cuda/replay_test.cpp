// SPDX-License-Identifier: Apache-2.0
// A step as a CUDA graph, replayed: it must be the step that plain launches run, whatever changes between
// steps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "cuda_emulation/control.h"
#include "engine/backend/cuda/plan_backend.h"
#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;

ExecutorOptions without_capture() {
    ExecutorOptions options = emulated_options();
    options.capture = false;
    return options;
}

struct Outcome {
    std::vector<double> losses;
    std::vector<std::uint64_t> steps;
    std::map<std::string, std::vector<float>> values;
    bool operator==(const Outcome&) const = default;
};

/// Six steps on three batches in turn, each with its own rate, none waited for.
Outcome run_six(const train::StepGraph& step, const ExecutorOptions& options) {
    const auto executor = cuda_executor_of(step, options);
    executor->initialise(3);
    settle_loss_scale(*executor, step);
    Outcome outcome;
    const auto collect = [&] {
        for (const StepReport& report : executor->collect()) {
            outcome.losses.push_back(report.loss);
            outcome.steps.push_back(report.step);
        }
    };
    const Batch batches[] = {Batch(step, 1), Batch(step, 2), Batch(step, 3)};
    for (std::uint64_t i = 0; i < 6; ++i) {
        executor->submit(batches[i % 3].input(10 + i, 0.1 / static_cast<double>(i + 1)));
        collect();
    }
    executor->drain();
    collect();
    outcome.values = persistent_values(*executor, step.graph);
    return outcome;
}

class Replay : public ::testing::TestWithParam<graph::DataType> {};

TEST_P(Replay, EqualsPlainLaunchesBitForBit) {
    StepSetup setup;
    setup.parallelism = protocol::Parallelism::partial_fc;
    setup.keep_class_gradient = false;
    const train::StepGraph step = small_step(4, setup, GetParam());
    const std::uint64_t before = cuda_emulation::graphs_launched();
    const Outcome replayed = run_six(step, emulated_options());
    EXPECT_EQ(cuda_emulation::graphs_launched() - before, 5u);  // the first step is launched kernel by kernel
    const Outcome plain = run_six(step, without_capture());
    EXPECT_EQ(cuda_emulation::graphs_launched() - before, 5u);
    EXPECT_THAT(replayed.steps, ::testing::ElementsAre(10, 11, 12, 13, 14, 15));
    EXPECT_TRUE(replayed == plain);
}

TEST(LaunchTimes, EachLaunchHasOneAndNothingIsCaptured) {
    const train::StepGraph step = small_step(2);
    ExecutorOptions options = emulated_options();
    options.time_launches = true;
    const auto executor = cuda_executor_of(step, options);
    executor->initialise(1);
    const Batch batch(step);
    const std::uint64_t before = cuda_emulation::graphs_launched();
    run_step(*executor, batch.input(0));
    EXPECT_THAT(executor->describe(), ::testing::Each(::testing::StartsWith("-\t")))
        << "nor is the first counted";
    for (std::uint64_t number = 1; number < 4; ++number) run_step(*executor, batch.input(number));
    EXPECT_THAT(executor->describe(), ::testing::Each(::testing::MatchesRegex("[0-9.]+ ms\t.*")));
    EXPECT_EQ(cuda_emulation::graphs_launched(), before);
}

INSTANTIATE_TEST_SUITE_P(Types, Replay,
                         ::testing::Values(graph::DataType::f32, graph::DataType::bf16, graph::DataType::f16),
                         [](const auto& test_info) {
                             return "type" + std::to_string(static_cast<int>(test_info.param));
                         });

/// The whole of the device memory is one allocation of the plan's size.
TEST(DeviceMemoryOfAStep, IsThePlansToTheByte) {
    for (const auto type : {graph::DataType::f32, graph::DataType::f16}) {
        const train::StepGraph step = small_step(4, {}, type);
        const std::size_t bytes = cuda_emulation::allocated_bytes(), count = cuda_emulation::allocations();
        const auto executor = cuda_executor_of(step);
        const auto total = static_cast<std::size_t>(executor->memory().total());
        EXPECT_EQ(cuda_emulation::allocated_bytes() - bytes, total);
        EXPECT_EQ(cuda_emulation::allocations() - count, 1u);
        executor->initialise(1);
        for (std::uint64_t i = 0; i < 3; ++i) run_step(*executor, Batch(step).input(i));
        EXPECT_EQ(cuda_emulation::allocated_bytes() - bytes, total);
        EXPECT_EQ(PlanBackend().plan(step.graph, emulated_options()), executor->memory());
    }
}

TEST(Capture, ItsFailureIsSaidAndTheStepsGoOn) {
    const train::StepGraph step = small_step(4);
    const auto executor = cuda_executor_of(step);
    executor->initialise(3);
    const Batch batch(step);
    run_step(*executor, batch.input(0));
    EXPECT_EQ(executor->note(), "");
    cuda_emulation::fail_next_capture(cudaErrorStreamCaptureInvalidated);
    const std::uint64_t before = cuda_emulation::graphs_launched();
    for (std::uint64_t i = 1; i < 4; ++i) run_step(*executor, batch.input(i));
    EXPECT_EQ(cuda_emulation::graphs_launched(), before);
    EXPECT_THAT(executor->note(), ::testing::HasSubstr("could not be captured"));
    EXPECT_THAT(executor->note(), ::testing::HasSubstr("cudaErrorStreamCaptureInvalidated"));

    const auto plain = cuda_executor_of(step, without_capture());
    plain->initialise(3);
    for (std::uint64_t i = 0; i < 4; ++i) run_step(*plain, batch.input(i));
    EXPECT_EQ(persistent_values(*executor, step.graph), persistent_values(*plain, step.graph));
}

TEST(Reports, PartsAddUpAndArriveOnce) {
    const train::StepGraph step = small_step(2);
    const auto executor = cuda_executor_of(step);
    executor->initialise(1);
    for (std::uint64_t i = 0; i < 3; ++i) {
        const StepReport report = run_step(*executor, Batch(step).input(40 + i));
        EXPECT_EQ(report.step, 40 + i);
        const protocol::StepParts& p = report.parts;
        for (const double part : {p.forward, p.head, p.backward, p.optimizer}) EXPECT_GT(part, 0);
        EXPECT_EQ(p.communication, 0);
        EXPECT_NEAR(p.forward + p.head + p.backward + p.optimizer, report.step_ms, 1e-6 * report.step_ms);
        EXPECT_TRUE(executor->collect().empty());
    }
}

/// submit() leaves the device its work: the emulation does nothing that nobody waits for.
TEST(Reports, SubmitDoesNotWait) {
    const train::StepGraph step = small_step(2);
    const auto executor = cuda_executor_of(step);
    executor->initialise(1);
    const Batch batch(step);
    const std::uint64_t before = cuda_emulation::kernels_run();
    executor->submit(batch.input(0));
    executor->submit(batch.input(1));
    EXPECT_EQ(cuda_emulation::kernels_run(), before);
    executor->submit(batch.input(2));  // reuses the first instance
    EXPECT_GT(cuda_emulation::kernels_run(), before);
    executor->drain();
    EXPECT_EQ(executor->collect().size(), 3u);
}

TEST(Stop, AStoppedStepIsNotStartedAndNotReported) {
    const train::StepGraph step = small_step(2);
    std::atomic<bool> stop = true;
    ExecutorOptions options = emulated_options();
    options.stop = &stop;
    const auto executor = cuda_executor_of(step, options);
    executor->initialise(1);
    const Batch batch(step);
    const auto before = executor->read_tensor(step.head.centres);
    executor->submit(batch.input(0));
    executor->drain();
    EXPECT_TRUE(executor->collect().empty());
    EXPECT_EQ(executor->read_tensor(step.head.centres), before);
    stop = false;
    run_step(*executor, batch.input(0));
}

}  // namespace
}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>

#include "engine/protocol/error.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

class ExecutorTest : public ::testing::TestWithParam<Products> {
protected:
    ExecutorTest() : step(small_step(4)), batch(step), executor(executor_of(step, GetParam())) {
        executor->initialise(1);
    }
    train::StepGraph step;
    Batch batch;
    std::unique_ptr<Executor> executor;
};

/// Whatever order the backend keeps a parameter in, people and files see the logical one.
TEST_P(ExecutorTest, TensorsReadBackAsWritten) {
    for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = step.graph.tensors()[i];
        if (tensor.role == graph::Role::activation || tensor.role == graph::Role::input) continue;
        std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
        std::iota(values.begin(), values.end(), 1.0f);
        executor->write_tensor(static_cast<graph::TensorId>(i), values);
        EXPECT_EQ(executor->read_tensor(static_cast<graph::TensorId>(i)), values) << tensor.name;
    }
}

TEST_P(ExecutorTest, WrongSizesAreRefused) {
    const std::vector<float> one(1);
    EXPECT_THROW(executor->write_tensor(step.head.centres, one), std::logic_error);
}

TEST_P(ExecutorTest, ImagesOfTheOtherKindAreRefused) {
    StepInput input = batch.input(0);
    input.float_images = nullptr;
    EXPECT_THROW(executor->submit(input), std::logic_error);
}

TEST_P(ExecutorTest, ReportsPartsThatAddUp) {
    const StepReport report = run_step(*executor, batch.input(41));
    EXPECT_EQ(report.step, 41u);
    const protocol::StepParts& p = report.parts;
    for (const double part : {p.forward, p.head, p.backward, p.optimizer}) EXPECT_GT(part, 0);
    EXPECT_EQ(p.communication, 0);
    // Each launch's time is counted under one part: what is left over is rounding.
    EXPECT_NEAR(p.forward + p.head + p.backward + p.optimizer, report.step_ms, 1e-6 * report.step_ms + 1e-6);
    EXPECT_TRUE(executor->collect().empty());
}

TEST_P(ExecutorTest, DescribesEveryLaunch) {
    run_step(*executor, batch.input(0));
    EXPECT_EQ(executor->describe().size(), step.graph.operations().size());
}

TEST_P(ExecutorTest, AStoppedStepIsDiscarded) {
    std::atomic<bool> stop = true;
    const auto stopped = executor_of(step, GetParam(), {.threads = 1, .stop = &stop});
    stopped->initialise(1);
    const std::vector<float> before = stopped->read_tensor(step.head.centres);
    stopped->submit(batch.input(0));
    stopped->drain();
    EXPECT_TRUE(stopped->collect().empty());
    EXPECT_EQ(stopped->read_tensor(step.head.centres), before);
    stop = false;
    run_step(*stopped, batch.input(0));
}

TEST_P(ExecutorTest, MemoryLimitIsKept) {
    const std::int64_t need = executor->memory().total();
    EXPECT_NO_THROW(executor_of(step, GetParam(), {.threads = 1, .memory_limit_bytes = need}));
    try {
        executor_of(step, GetParam(), {.threads = 1, .memory_limit_bytes = need - 1});
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::out_of_memory);
    }
}

TEST_P(ExecutorTest, LearningRateZeroChangesRunningStatisticsOnly) {
    const auto before = persistent_values(*executor, step.graph);
    run_step(*executor, batch.input(0, 0));
    const auto after = persistent_values(*executor, step.graph);
    for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = step.graph.tensors()[i];
        if (tensor.role == graph::Role::parameter || tensor.role == graph::Role::class_centre) {
            EXPECT_EQ(after.at(tensor.name), before.at(tensor.name)) << tensor.name;
        }
        if (tensor.name.ends_with(".running_mean")) {
            EXPECT_NE(after.at(tensor.name), before.at(tensor.name)) << tensor.name;
        }
    }
}

/// Spec: v = momentum v - rate (g + decay w); w += v, on every trained tensor, from the gradients the step
/// left.
TEST_P(ExecutorTest, TwoUpdatesFollowTheFormula) {
    const auto run = [&](double rate) {
        const auto before = persistent_values(*executor, step.graph);
        run_step(*executor, batch.input(0, rate));
        const auto after = persistent_values(*executor, step.graph);
        for (const auto& [name, weights] : before) {
            if (!before.contains(name + ".momentum")) continue;
            const auto &gradient = after.at(name + ".grad"), &old = before.at(name + ".momentum");
            std::vector<float> velocity(weights.size()), updated(weights.size());
            for (std::size_t i = 0; i < weights.size(); ++i) {
                velocity[i] = static_cast<float>(0.9 * old[i] - rate * (gradient[i] + 5e-4 * weights[i]));
                updated[i] = weights[i] + velocity[i];
            }
            // Three FP32 roundings.
            EXPECT_LT(relative_distance(after.at(name + ".momentum"), velocity), 1e-6) << name;
            EXPECT_LT(relative_distance(after.at(name), updated), 1e-6) << name;
        }
    };
    run(0.1);
    run(0.03);
}

/// Dropout and sampling are counted by the step's number alone.
TEST_P(ExecutorTest, TheStepsNumberChoosesTheDropoutMask) {
    StepSetup setup;
    setup.update = false;
    const train::StepGraph fixed = small_step(4, setup);
    const auto other = executor_of(fixed, GetParam());
    other->initialise(1);
    const double first = run_step(*other, batch.input(3)).loss;
    EXPECT_NE(run_step(*other, batch.input(4)).loss, first);
    EXPECT_EQ(run_step(*other, batch.input(3)).loss, first);
}

INSTANTIATE_TEST_SUITE_P(Products, ExecutorTest, ::testing::Values(Products::library, Products::reference),
                         [](const auto& test_info) {
                             return test_info.param == Products::library ? "library" : "reference";
                         });

/// One image a step: the last BatchNorm sees one value a channel, and nothing may become NaN.
TEST(ExecutorSingle, BatchOfOne) {
    StepSetup setup;
    setup.num_classes = 1;
    const train::StepGraph step = small_step(1, setup);
    const auto executor = executor_of(step, Products::library);
    executor->initialise(1);
    const Batch batch(step);
    for (std::uint64_t i = 0; i < 3; ++i) {
        EXPECT_EQ(run_step(*executor, batch.input(i)).loss, 0);  // one class cannot be wrong
    }
    for (const auto& [name, values] : persistent_values(*executor, step.graph)) {
        for (const float value : values) ASSERT_TRUE(std::isfinite(value)) << name;
    }
}

}  // namespace
}  // namespace arcmeter::backend

// SPDX-License-Identifier: Apache-2.0
// Dynamic loss scaling of whole FP16 steps.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;

class LossScaleTest : public ::testing::Test {
protected:
    static StepSetup setup() {
        StepSetup setup;
        setup.keep_class_gradient = false;
        return setup;
    }
    std::map<std::string, std::vector<float>> values(graph::Role role) {
        std::map<std::string, std::vector<float>> out;
        for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
            const graph::Tensor& tensor = step.graph.tensors()[i];
            if (tensor.role != role) continue;
            out[tensor.name] = executor->read_tensor(static_cast<graph::TensorId>(i));
        }
        return out;
    }
    void expect_finite() {
        for (const auto role : {graph::Role::parameter, graph::Role::momentum, graph::Role::class_centre,
                                graph::Role::class_momentum}) {
            for (const auto& [name, tensor] : values(role)) {
                for (const float value : tensor) ASSERT_TRUE(std::isfinite(value)) << name;
            }
        }
    }

    train::StepGraph step = small_step(8, setup(), graph::DataType::f16);
    std::unique_ptr<CudaExecutor> executor = cuda_executor_of(step);
    Batch batch{step};
};

/// The first steps' head overflows at 2^16 with centres as short as they start: the scale is halved, and no
/// row is touched that has no finite gradient.
TEST_F(LossScaleTest, StartsAtTwoToTheSixteenthAndIsHalvedByAnOverflow) {
    executor->initialise(1);
    EXPECT_EQ(executor->loss_scale().scale, 65536);
    const auto parameters = values(graph::Role::parameter);
    for (std::uint64_t i = 0; i < 2; ++i) run_step(*executor, batch.input(i));
    EXPECT_EQ(executor->loss_scale().scale, 16384);
    EXPECT_EQ(executor->loss_scale().skipped_steps, 2);
    EXPECT_EQ(values(graph::Role::parameter), parameters);
    expect_finite();
}

TEST_F(LossScaleTest, IsDoubledAfterTwoThousandCleanSteps) {
    executor->initialise(1);
    executor->set_loss_scale({.scale = 32, .clean_steps = 1998});
    const auto parameters = values(graph::Role::parameter);
    run_step(*executor, batch.input(0));
    EXPECT_EQ(executor->loss_scale().scale, 32);
    EXPECT_EQ(executor->loss_scale().clean_steps, 1999);
    EXPECT_NE(values(graph::Role::parameter), parameters);
    run_step(*executor, batch.input(1));
    EXPECT_EQ(executor->loss_scale().scale, 64);
    EXPECT_EQ(executor->loss_scale().clean_steps, 0);
    EXPECT_EQ(executor->loss_scale().skipped_steps, 0);
}

/// A network whose gradients overflow: nothing of it moves, running statistics apart, and the scale is
/// halved. The head's own gradients are finite here, and its update was made before the backward pass began.
TEST_F(LossScaleTest, AnOverflowInTheNetworkSkipsTheNetworkAlone) {
    executor->initialise(1);
    const auto scale_by = [this](const char* name, float factor) {
        const graph::TensorId id = step.graph.find(name);
        std::vector<float> tensor = executor->read_tensor(id);
        for (float& value : tensor) value *= factor;
        executor->write_tensor(id, tensor);
    };
    scale_by("head.weight", 100);  // long centres: small gradients of the head
    scale_by("fc.weight", 1e-4f);  // a short embedding: a large gradient of it
    executor->set_loss_scale({.scale = 16384});
    const auto parameters = values(graph::Role::parameter), momentum = values(graph::Role::momentum);
    const auto centres = values(graph::Role::class_centre);
    run_step(*executor, batch.input(0));
    EXPECT_EQ(executor->loss_scale().skipped_steps, 1);
    EXPECT_EQ(executor->loss_scale().scale, 8192);
    EXPECT_EQ(values(graph::Role::parameter), parameters);
    EXPECT_EQ(values(graph::Role::momentum), momentum);
    EXPECT_NE(values(graph::Role::class_centre), centres);
    expect_finite();
}

/// The scale is taken out again: with another one the same step follows but for rounding.
TEST(LossScaleFreeTypes, HaveAScaleOfOneThatNeverChanges) {
    for (const auto type : {graph::DataType::f32, graph::DataType::bf16}) {
        const train::StepGraph step = small_step(4, {}, type);
        const auto executor = cuda_executor_of(step);
        executor->initialise(1);
        for (std::uint64_t i = 0; i < 3; ++i) run_step(*executor, Batch(step).input(i));
        EXPECT_EQ(executor->loss_scale().scale, 1);
        EXPECT_EQ(executor->loss_scale().clean_steps, 0);
    }
}

}  // namespace
}  // namespace arcmeter::backend::cuda

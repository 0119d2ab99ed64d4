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

TEST_F(LossScaleTest, StartsAtTwoToTheSixteenthAndIsHalvedUntilNothingOverflows) {
    executor->initialise(1);
    EXPECT_EQ(executor->loss_scale().scale, 65536);
    kernels::LossScale scale;
    for (std::uint64_t i = 0; i < 20; ++i) {
        run_step(*executor, batch.input(i));
        scale = executor->loss_scale();
        EXPECT_EQ(scale.scale, std::ldexp(65536.0f, -scale.skipped_steps));
        expect_finite();
    }
    EXPECT_LT(scale.skipped_steps, 15);  // it found a scale that works
    EXPECT_GT(scale.clean_steps, 0);
}

/// A network whose gradients overflow: nothing of it moves, running statistics apart, and the scale is
/// halved. The head's own gradients are finite here, and its update was made before the backward pass began.
TEST_F(LossScaleTest, AnOverflowInTheNetworkSkipsTheNetworkAlone) {
    executor->initialise(1);
    // Gradients flow backward through fc's weights; the embedding's BatchNorm takes their size out of the
    // forward pass.
    const graph::TensorId id = step.graph.find("embedding.bias");
    run_step(*executor, batch.input(0, 0));
    const graph::TensorId gamma = step.graph.find("global.bn.weight");
    std::vector<float> large(static_cast<std::size_t>(step.graph.tensor(gamma).shape.elements()), 3e4f);
    executor->write_tensor(gamma, large);
    const graph::TensorId weight = step.graph.find("fc.weight");
    std::vector<float> small = executor->read_tensor(weight);
    for (float& value : small) value *= 1e-6f;
    executor->write_tensor(weight, small);
    static_cast<void>(id);

    const auto parameters = values(graph::Role::parameter), momentum = values(graph::Role::momentum);
    const auto centres = values(graph::Role::class_centre);
    const kernels::LossScale before = executor->loss_scale();
    run_step(*executor, batch.input(1));
    const kernels::LossScale after = executor->loss_scale();
    ASSERT_EQ(after.skipped_steps, before.skipped_steps + 1);
    EXPECT_EQ(after.scale, before.scale / 2);
    EXPECT_EQ(after.clean_steps, 0);
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

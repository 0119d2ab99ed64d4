// SPDX-License-Identifier: Apache-2.0
// The loss of a whole network along lines in weight space, against the gradients of one step.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

class LossOnALine {
public:
    LossOnALine(Executor& executor, const Batch& batch, graph::TensorId id)
        : executor_(executor), batch_(batch), id_(id), start_(executor.read_tensor(id)) {}
    ~LossOnALine() { executor_.write_tensor(id_, start_); }

    double at(double t, const std::vector<float>& direction) {
        std::vector<float> moved = start_;
        for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += static_cast<float>(t) * direction[i];
        executor_.write_tensor(id_, moved);
        return run_step(executor_, batch_.input(0)).loss;
    }

private:
    Executor& executor_;
    const Batch& batch_;
    graph::TensorId id_;
    std::vector<float> start_;
};

/// A random half of the gradient itself: the expected slope is then its own squared norm, large against
/// rounding, while a wrong component anywhere in that half changes it.
std::vector<float> half_of(const std::vector<float>& gradient, std::mt19937& random) {
    std::vector<float> direction = gradient;
    for (float& value : direction) value = random() % 2 ? value : 0;
    return direction;
}

double dot(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

class FiniteDifference : public ::testing::TestWithParam<protocol::Loss> {
protected:
    FiniteDifference()
        : step(small_step(6, setup())), batch(step), executor(executor_of(step, Products::library)) {
        initialise_scattered(*executor, step.graph, 11);
        run_step(*executor, batch.input(0));
        values = persistent_values(*executor, step.graph);
    }

    static StepSetup setup() {
        StepSetup out;
        out.loss = GetParam();
        out.num_classes = 7;
        out.update = false;
        return out;
    }

    /// FP32 leaves the loss a noise of about 1e-6 of itself; the loss changes by 2e-2. Curvature and kinks of
    /// PReLU within the interval cost more: Richardson's extrapolation from two widths removes the cubic
    /// term, and 5 % is left for kinks. An error in any one formula shows as tens of per cent.
    void check(const std::string& parameter) {
        const std::vector<float>& gradient = values.at(parameter + ".grad");
        const std::vector<float> direction = half_of(gradient, random);
        const double slope = dot(gradient, direction);
        ASSERT_GT(slope, 0) << parameter;
        LossOnALine line(*executor, batch, step.graph.find(parameter));
        const double width = 0.01 / slope;
        const double wide = (line.at(width, direction) - line.at(-width, direction)) / (2 * width);
        const double narrow = (line.at(width / 2, direction) - line.at(-width / 2, direction)) / width;
        EXPECT_NEAR((4 * narrow - wide) / 3, slope, 0.05 * slope) << parameter;
    }

    train::StepGraph step;
    Batch batch;
    std::unique_ptr<Executor> executor;
    std::map<std::string, std::vector<float>> values;
    std::mt19937 random{3};
};

/// The losses differ in the head alone; one parameter at the network's other end shows that they reach it.
TEST_P(FiniteDifference, HeadAndBothEnds) {
    for (const char* parameter : {"head.weight", "embedding.bias", "fc.weight", "stem.conv.weight"})
        check(parameter);
}

class FiniteDifferenceOfArcFace : public FiniteDifference {};

TEST_P(FiniteDifferenceOfArcFace, EveryParameter) {
    int checked = 0;
    for (const auto& [name, gradient] : values) {
        // A bias in front of a BatchNorm has no influence: its gradient is rounding alone.
        if (!name.ends_with(".grad") || name == "fc.bias.grad") continue;
        check(name.substr(0, name.size() - 5));
        ++checked;
    }
    EXPECT_GT(checked, 40);
}

INSTANTIATE_TEST_SUITE_P(Losses, FiniteDifference,
                         ::testing::Values(protocol::Loss::arcface, protocol::Loss::cosface,
                                           protocol::Loss::combined, protocol::Loss::softmax),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });
INSTANTIATE_TEST_SUITE_P(Losses, FiniteDifferenceOfArcFace, ::testing::Values(protocol::Loss::arcface),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

/// The gradient of a bias that BatchNorm takes out again is zero but for rounding.
TEST(FiniteDifferenceOfBias, BatchNormTakesTheBiasOut) {
    StepSetup setup;
    setup.update = false;
    const train::StepGraph step = small_step(6, setup);
    const auto executor = executor_of(step, Products::library);
    executor->initialise(11);
    run_step(*executor, Batch(step).input(0));
    double largest = 0, weights = 0;
    for (const float value : executor->read_tensor(step.graph.find("fc.bias.grad"))) {
        largest = std::max(largest, std::abs(static_cast<double>(value)));
    }
    for (const float value : executor->read_tensor(step.graph.find("fc.weight.grad"))) {
        weights = std::max(weights, std::abs(static_cast<double>(value)));
    }
    EXPECT_LT(largest, 1e-4 * weights);
}

}  // namespace
}  // namespace arcmeter::backend

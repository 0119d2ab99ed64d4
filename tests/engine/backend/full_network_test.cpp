// SPDX-License-Identifier: Apache-2.0
// One step of the published networks on the build's product library: as on the plain reference kernels, and
// the same with every recompute policy.
#include <gtest/gtest.h>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

std::map<std::string, std::vector<float>> values_after_a_step(const std::string& model,
                                                              protocol::Recompute recompute,
                                                              Products products, double& loss) {
    protocol::RunConfig config;
    config.model = model;
    config.batch_size_per_device = 3;
    config.recompute = recompute;
    const train::StepGraph step = train::build_step_graph(config, 100, {.keep_class_gradient = true});
    const auto executor = executor_of(step, products);
    executor->initialise(5);
    loss = run_step(*executor, Batch(step).input(0)).loss;
    return persistent_values(*executor, step.graph);
}

class FullNetwork : public ::testing::TestWithParam<const char*> {};

/// As products_agreement_test, with the networks' own slopes: elements on the other side of a kink cost up to
/// 1e-2 of a BatchNorm's gradient.
TEST_P(FullNetwork, EveryTensorAfterOneStep) {
    double a = 0, b = 0;
    const auto library = values_after_a_step(GetParam(), protocol::Recompute::none, Products::library, a);
    const auto reference = values_after_a_step(GetParam(), protocol::Recompute::none, Products::reference, b);
    EXPECT_NEAR(a, b, 1e-4 * b);
    const double worst = expect_all_close(library, reference, 2e-2);
    RecordProperty("worst_relative_distance", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(Networks, FullNetwork, ::testing::Values("y1", "mbf"),
                         [](const auto& test_info) { return std::string(test_info.param); });

/// What is computed again is the same arithmetic on the same values.
TEST(RecomputedNetwork, EveryTensorAsWithoutRecomputing) {
    double kept = 0;
    const auto expected = values_after_a_step("y1", protocol::Recompute::none, Products::library, kept);
    for (const auto recompute : {protocol::Recompute::units, protocol::Recompute::blocks}) {
        double loss = 0;
        const auto values = values_after_a_step("y1", recompute, Products::library, loss);
        EXPECT_EQ(loss, kept) << to_string(recompute);
        expect_all_close(values, expected, 1e-6);
    }
}

}  // namespace
}  // namespace arcmeter::backend

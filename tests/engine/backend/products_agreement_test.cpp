// SPDX-License-Identifier: Apache-2.0
// Whole steps with the product library this build trains with, against the same graph on the plain reference
// kernels.
#include <gtest/gtest.h>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend {
namespace {

using namespace test;

/// Slopes near 1: an element so close to PReLU's kink that the two round it to different sides would change a
/// gradient by 0.75 of its own with the usual slope, which is 1e-2 of a BatchNorm's, and by a tenth with
/// these.
constexpr float slope = 0.9f;

/// Runs `steps` steps on both and compares all that outlives them.
void compare(const train::StepGraph& step, int steps, double loss_tolerance, double tolerance) {
    const Batch batch(step);
    const auto library = executor_of(step, Products::library);
    const auto reference = executor_of(step, Products::reference);
    initialise_scattered(*library, step.graph, 5, slope);
    initialise_scattered(*reference, step.graph, 5, slope);
    for (int i = 0; i < steps; ++i) {
        const StepReport a = run_step(*library, batch.input(static_cast<std::uint64_t>(i)));
        const StepReport b = run_step(*reference, batch.input(static_cast<std::uint64_t>(i)));
        EXPECT_NEAR(a.loss, b.loss, loss_tolerance * b.loss) << "step " << i;
        EXPECT_GT(b.loss, 0.1);
        EXPECT_EQ(a.accuracy, b.accuracy) << "step " << i;
    }
    const double worst = expect_all_close(persistent_values(*library, step.graph),
                                          persistent_values(*reference, step.graph), tolerance);
    ::testing::Test::RecordProperty("worst_relative_distance", std::to_string(worst));
}

/// FP32 sums in another order differ by about 1e-6 a layer; Winograd F(4x4, 3x3) by up to 1e-5. Batch 3
/// leaves the last BatchNorm three values to normalise with, which magnifies both. An element on the other
/// side of a kink costs 1e-3.
TEST(ProductsAgreement, OneStep) {
    compare(small_step(3), 1, 1e-4, 2e-3);
}

/// Enough tiles for Winograd in the stride-1 convolutions.
TEST(ProductsAgreement, OneStepWithWinograd) {
    StepSetup setup;
    setup.side = 24;
    compare(small_step(7, setup), 1, 1e-4, 2e-3);
}

/// The second step reads weights that the optimiser wrote, copies of them in other layouts included. What
/// differs after the first step grows in the second; a copy left behind would be off by all of the update.
TEST(ProductsAgreement, WeightCopiesFollowTheUpdate) {
    StepSetup setup;
    setup.keep_class_gradient = false;
    compare(small_step(8, setup), 2, 1e-3, 5e-2);
}

TEST(ProductsAgreement, PartialFcAndRecompute) {
    StepSetup setup;
    setup.parallelism = protocol::Parallelism::partial_fc;
    setup.recompute = protocol::Recompute::units;
    setup.sample_ratio = 0.3;
    setup.keep_class_gradient = false;
    compare(small_step(8, setup), 1, 1e-4, 2e-3);
}

}  // namespace
}  // namespace arcmeter::backend

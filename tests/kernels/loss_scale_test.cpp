// SPDX-License-Identifier: Apache-2.0
#include "kernels/math/loss_scale.h"

#include <gtest/gtest.h>

namespace arcmeter::kernels::test {
namespace {

TEST(LossScale, StartsAtTwoToTheSixteenth) {
    EXPECT_EQ(LossScale{}.scale, 65536);
}

TEST(LossScale, HalvesOnEitherOverflowAndClearsIt) {
    LossScale state;
    state.clean_steps = 1000;
    state.overflow = 1;
    update_loss_scale(state);
    EXPECT_EQ(state.scale, 32768);
    EXPECT_EQ(state.clean_steps, 0);
    EXPECT_EQ(state.overflow, 0);
    state.head_overflow = 1;
    update_loss_scale(state);
    EXPECT_EQ(state.scale, 16384);
    EXPECT_EQ(state.head_overflow, 0);
    EXPECT_EQ(state.skipped_steps, 2);
}

TEST(LossScale, DoublesAfterTwoThousandCleanSteps) {
    LossScale state;
    for (int step = 0; step < 1999; ++step) update_loss_scale(state);
    EXPECT_EQ(state.scale, 65536);
    update_loss_scale(state);
    EXPECT_EQ(state.scale, 131072);
    for (int step = 0; step < 2000; ++step) update_loss_scale(state);
    EXPECT_EQ(state.scale, 262144);
    EXPECT_EQ(state.skipped_steps, 0);
}

TEST(LossScale, NeverFallsBelowOne) {
    LossScale state;
    for (int step = 0; step < 40; ++step) {
        state.overflow = 1;
        update_loss_scale(state);
    }
    EXPECT_EQ(state.scale, 1);
}

}  // namespace
}  // namespace arcmeter::kernels::test

// SPDX-License-Identifier: Apache-2.0
#include "engine/train/learning_rate.h"

#include <gtest/gtest.h>

namespace arcmeter::train {
namespace {

TEST(LearningRate, FollowsTheSchedule) {
    const protocol::RunConfig config;  // 0.1, at 100,000 and 160,000 times 0.1 and 0.01
    EXPECT_DOUBLE_EQ(learning_rate(config, 0), 0.1);
    EXPECT_DOUBLE_EQ(learning_rate(config, 99'999), 0.1);
    EXPECT_DOUBLE_EQ(learning_rate(config, 100'000), 0.01);
    EXPECT_DOUBLE_EQ(learning_rate(config, 159'999), 0.01);
    EXPECT_DOUBLE_EQ(learning_rate(config, 160'000), 0.001);
    EXPECT_DOUBLE_EQ(learning_rate(config, 9'000'000), 0.001);
}

TEST(LearningRate, WithoutStepsItIsConstant) {
    protocol::RunConfig config;
    config.learning_rate_steps.clear();
    config.learning_rate_scales.clear();
    EXPECT_DOUBLE_EQ(learning_rate(config, 1'000'000), 0.1);
}

TEST(LearningRate, ScalesWithTheGlobalBatchWhenAsked) {
    protocol::RunConfig config;
    config.batch_size_per_device = 128;
    EXPECT_DOUBLE_EQ(learning_rate(config, 0), 0.1);
    config.scale_learning_rate = true;
    EXPECT_DOUBLE_EQ(learning_rate(config, 0), 0.025);
    EXPECT_DOUBLE_EQ(learning_rate(config, 100'000), 0.0025);
}

}  // namespace
}  // namespace arcmeter::train

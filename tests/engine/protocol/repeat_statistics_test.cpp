// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/repeat_statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace arcmeter::protocol {
namespace {

TEST(RepeatStatistics, KnownValuesInAnyOrder) {
    // Mean 5, squared deviations 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, so s^2 = 32 / 7; t(7) = 2.365.
    const std::array<double, 8> values{9, 2, 4, 7, 4, 5, 4, 5};
    const RepeatStatistics statistics = repeat_statistics(values);
    EXPECT_DOUBLE_EQ(statistics.mean, 5);
    EXPECT_DOUBLE_EQ(statistics.median, 4.5);
    EXPECT_DOUBLE_EQ(statistics.min, 2);
    EXPECT_DOUBLE_EQ(statistics.max, 9);
    EXPECT_NEAR(statistics.stddev, 2.13809, 1e-5);
    ASSERT_TRUE(statistics.ci95);
    EXPECT_NEAR(*statistics.ci95, 2.365 * 2.13809 / 2.828427, 1e-4);
}

TEST(RepeatStatistics, OddCountTakesTheMiddle) {
    EXPECT_DOUBLE_EQ(repeat_statistics(std::vector<double>{30, 10, 20}).median, 20);
}

TEST(RepeatStatistics, OneValueHasNoInterval) {
    const RepeatStatistics statistics = repeat_statistics(std::vector<double>{3.5});
    EXPECT_DOUBLE_EQ(statistics.median, 3.5);
    EXPECT_DOUBLE_EQ(statistics.stddev, 0);
    EXPECT_FALSE(statistics.ci95);
}

TEST(RepeatStatistics, NothingIsRefused) {
    EXPECT_THROW(repeat_statistics({}), std::invalid_argument);
    EXPECT_THROW(student_t_975(0), std::invalid_argument);
}

// Quantiles from R's qt(0.975, df); the header promises 1e-3.
TEST(RepeatStatistics, StudentQuantiles) {
    EXPECT_NEAR(student_t_975(1), 12.7062, 1e-3);
    EXPECT_NEAR(student_t_975(4), 2.7764, 1e-3);
    EXPECT_NEAR(student_t_975(30), 2.0423, 1e-3);
    EXPECT_NEAR(student_t_975(31), 2.0395, 1e-3);
    EXPECT_NEAR(student_t_975(40), 2.0211, 1e-3);
    EXPECT_NEAR(student_t_975(999), 1.9623, 1e-3);
    for (int degrees = 1; degrees < 200; ++degrees) {
        EXPECT_GT(student_t_975(degrees), student_t_975(degrees + 1)) << degrees;
    }
}

}  // namespace
}  // namespace arcmeter::protocol

// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/backend/sketch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::test {
namespace {

std::vector<float> random_values(std::size_t count, std::mt19937& generator) {
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) value = normal(generator);
    return values;
}

TEST(Sketch, EstimatesTheDistanceOfTensors) {
    std::mt19937 generator(7);
    for (const std::size_t count : {std::size_t{64}, std::size_t{4096}, std::size_t{50'000}}) {
        const std::vector<float> a = random_values(count, generator),
                                 change = random_values(count, generator);
        for (const float scale : {1e-4f, 1e-2f, 1.0f}) {
            std::vector<float> b = a;
            for (std::size_t i = 0; i < count; ++i) b[i] += scale * change[i];
            const double actual = relative_distance(b, a);
            const double estimated = estimated_distance(sketch_of(b), sketch_of(a)) / sketch_of(a).norm;
            EXPECT_NEAR(estimated / actual, 1, 0.4) << count << " values, " << scale;
        }
    }
}

TEST(Sketch, FindsOneWrongElementAndAnExchange) {
    std::mt19937 generator(8);
    const std::vector<float> a = random_values(1000, generator);
    std::vector<float> wrong = a, exchanged = a;
    wrong[617] += 3;
    std::swap(exchanged[3], exchanged[900]);
    EXPECT_NEAR(estimated_distance(sketch_of(wrong), sketch_of(a)), 3, 1e-3);
    EXPECT_GT(estimated_distance(sketch_of(exchanged), sketch_of(a)), 0.1 * std::abs(a[3] - a[900]));
    EXPECT_EQ(estimated_distance(sketch_of(a), sketch_of(a)), 0);
}

TEST(Sketch, WhatIsNotFiniteIsInfinitelyFar) {
    const std::vector<float> a = {1, 2, 3}, b = {1, std::numeric_limits<float>::quiet_NaN(), 3};
    EXPECT_TRUE(std::isinf(estimated_distance(sketch_of(a), sketch_of(b))));
    EXPECT_TRUE(std::isinf(estimated_distance(sketch_of(b), sketch_of(b))));
}

}  // namespace
}  // namespace arcmeter::backend::test

// SPDX-License-Identifier: Apache-2.0
#include "kernels/math/margin.h"

#include <gtest/gtest.h>

namespace arcmeter::kernels::test {
namespace {

const MarginParameters arcface{1, 0.5f, 0};
const MarginParameters cosface{1, 0, 0.4f};
const MarginParameters combined{1, 0.3f, 0.2f};
const MarginParameters sphereface{1.35f, 0, 0};
const MarginParameters softmax{1, 0, 0};

TEST(Margin, IsTheDefinition) {
    for (const MarginParameters& margin : {arcface, cosface, combined, sphereface, softmax}) {
        for (double cosine = -0.99; cosine < 1; cosine += 0.09) {
            const double expected =
                std::cos(double(margin.m1) * std::acos(cosine) + double(margin.m2)) - double(margin.m3);
            // Double by another formula: a few units in the last place near the ends.
            EXPECT_NEAR(apply_margin(cosine, margin).value, expected, 1e-12);
            // Float: rounding of the cosine and of the square root.
            EXPECT_NEAR(double(apply_margin(float(cosine), margin).value), expected, 2e-6);
        }
    }
}

TEST(Margin, DerivativeAgreesWithFiniteDifferences) {
    for (const MarginParameters& margin : {arcface, cosface, combined, sphereface, softmax}) {
        for (double cosine = -0.97; cosine < 0.98; cosine += 0.1) {
            const double h = 1e-6;
            const double difference =
                (apply_margin(cosine + h, margin).value - apply_margin(cosine - h, margin).value) / (2 * h);
            // Curvature near +-0.97 is about 70: h^2 times the third derivative stays below 1e-8.
            EXPECT_NEAR(apply_margin(cosine, margin).derivative, difference, 1e-7);
        }
    }
}

TEST(Margin, GoesOnBeyondPi) {
    // theta = 3, theta + m2 = 3.5 > pi: the value rises again and the derivative is negative.
    const MarginResult<double> result = apply_margin(std::cos(3.0), arcface);
    EXPECT_NEAR(result.value, std::cos(3.5), 1e-9);
    EXPECT_NEAR(result.derivative, std::sin(3.5) / std::sin(3.0), 1e-7);
    EXPECT_LT(result.derivative, 0);
}

TEST(Margin, ClampsTheCosineAndStaysFinite) {
    for (const float cosine : {1.0f, 1.5f, -1.0f, -7.0f}) {
        const MarginResult<float> result = apply_margin(cosine, arcface);
        EXPECT_TRUE(std::isfinite(result.value));
        EXPECT_TRUE(std::isfinite(result.derivative));
    }
    EXPECT_EQ(clamp_cosine(2.0), 1 - 1e-7);
    EXPECT_EQ(clamp_cosine(-2.0), -(1 - 1e-7));
    EXPECT_EQ(apply_margin(0.5f, softmax).value, 0.5f);
    EXPECT_TRUE(std::isnan(apply_margin(std::nanf(""), arcface).value));
}

}  // namespace
}  // namespace arcmeter::kernels::test

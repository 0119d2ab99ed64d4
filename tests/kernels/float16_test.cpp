// SPDX-License-Identifier: Apache-2.0
#include "kernels/math/float16.h"

#include <limits>

#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

TEST(Float16, RoundsToNearestEven) {
    EXPECT_EQ(to_float16(1.0f).bits, 0x3c00);
    EXPECT_EQ(to_float16(-2.0f).bits, 0xc000);
    EXPECT_EQ(to_float16(-0.0f).bits, 0x8000);
    EXPECT_EQ(to_float16(2049.0f).bits, to_float16(2048.0f).bits) << "tie, even below";
    EXPECT_EQ(to_float16(2051.0f).bits, to_float16(2052.0f).bits) << "tie, even above";
    EXPECT_EQ(to_float16(2049.001f).bits, to_float16(2050.0f).bits);
}

TEST(Float16, OverflowsToInfinityFromHalfWayOn) {
    EXPECT_EQ(to_float16(65504.0f).bits, 0x7bff);
    EXPECT_EQ(to_float16(65519.0f).bits, 0x7bff);
    EXPECT_EQ(to_float16(65520.0f).bits, 0x7c00);
    EXPECT_EQ(to_float16(-std::numeric_limits<float>::infinity()).bits, 0xfc00);
}

TEST(Float16, KeepsSubnormals) {
    EXPECT_EQ(to_float16(6.103515625e-05f).bits, 0x0400) << "2^-14, the smallest normal";
    EXPECT_EQ(to_float16(5.9604644775390625e-08f).bits, 0x0001) << "2^-24, the smallest";
    EXPECT_EQ(to_float16(2.98023223876953125e-08f).bits, 0x0000) << "half of that: tie, even below";
    EXPECT_EQ(to_float16(2.9802326e-08f).bits, 0x0001) << "a little more";
    EXPECT_EQ(to_float16(-8.940696716308594e-08f).bits, 0x8002) << "one and a half: tie, even above";
}

TEST(Float16, NanStaysNan) {
    EXPECT_TRUE(std::isnan(to_float(to_float16(float_from_bits(0x7f800001)))));
    EXPECT_TRUE(std::isnan(to_float(to_float16(float_from_bits(0xffffffff)))));
}

TEST(Float16, EveryValueSurvivesTheRoundTrip) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float16 value{static_cast<std::uint16_t>(bits)};
        if (!std::isnan(to_float(value))) {
            ASSERT_EQ(to_float16(to_float(value)).bits, bits);
        }
    }
}

TEST(Float16, IsTheNearestOfItsNeighbours) {
    for (const float value : random_floats(10000, 60, 0, 1e-3f)) {
        const std::uint16_t bits = to_float16(value).bits;
        const auto distance = [&](std::uint16_t candidate) {
            return std::abs(static_cast<double>(to_float(float16{candidate})) - static_cast<double>(value));
        };
        ASSERT_LE(distance(bits), distance(static_cast<std::uint16_t>(bits + 1))) << value;
        if ((bits & 0x7fff) != 0) {
            ASSERT_LE(distance(bits), distance(static_cast<std::uint16_t>(bits - 1))) << value;
        }
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test

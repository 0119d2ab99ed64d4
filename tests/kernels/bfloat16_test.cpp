// SPDX-License-Identifier: Apache-2.0
#include "kernels/math/bfloat16.h"

#include <limits>

#include "kernels/cpu/convert.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

TEST(Bfloat16, RoundsToNearestEven) {
    EXPECT_EQ(to_bfloat16(1.0f).bits, 0x3f80);
    EXPECT_EQ(to_bfloat16(float_from_bits(0x3f808000)).bits, 0x3f80) << "tie, even below";
    EXPECT_EQ(to_bfloat16(float_from_bits(0x3f818000)).bits, 0x3f82) << "tie, even above";
    EXPECT_EQ(to_bfloat16(float_from_bits(0x3f808001)).bits, 0x3f81);
    EXPECT_EQ(to_bfloat16(float_from_bits(0x3f807fff)).bits, 0x3f80);
    EXPECT_EQ(to_bfloat16(-0.0f).bits, 0x8000);
    EXPECT_EQ(to_bfloat16(std::numeric_limits<float>::max()).bits, 0x7f80) << "overflow is infinity";
    EXPECT_EQ(to_bfloat16(std::numeric_limits<float>::infinity()).bits, 0x7f80);
}

TEST(Bfloat16, NanStaysNan) {
    // The upper half of this NaN alone would be infinity.
    EXPECT_TRUE(std::isnan(to_float(to_bfloat16(float_from_bits(0x7f800001)))));
    EXPECT_TRUE(std::isnan(to_float(to_bfloat16(float_from_bits(0xffffffff)))));
}

TEST(Bfloat16, EveryValueSurvivesTheRoundTrip) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const bfloat16 value{static_cast<std::uint16_t>(bits)};
        if (!std::isnan(to_float(value))) {
            ASSERT_EQ(to_bfloat16(to_float(value)).bits, bits);
        }
    }
}

class Convert : public EachIsa {};

TEST_P(Convert, EqualsTheScalarConversionBitForBit) {
    std::vector<float> values = random_floats(1003, 50, 0, 100);
    for (const std::uint32_t bits : {0x7f800001u, 0xffffffffu, 0x7f800000u, 0x7f7fffffu, 0x3f808000u,
                                     0x3f818000u, 0x00800000u, 0x80000000u}) {
        values.push_back(float_from_bits(bits));
    }
    const std::int64_t count = static_cast<std::int64_t>(values.size());
    Elements half(ElementType::bf16, count);
    cpu::convert(count, values.data(), static_cast<bfloat16*>(half.data()));
    const bfloat16* written = static_cast<const bfloat16*>(half.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(written[i].bits, to_bfloat16(values[i]).bits) << i;
    }
    Elements back(ElementType::f32, count);
    cpu::convert(count, written, static_cast<float*>(back.data()));
    for (std::int64_t i = 0; i < count; ++i) {
        EXPECT_EQ(float_bits(back[i]), float_bits(to_float(written[i]))) << i;
    }
    EXPECT_TRUE(half.guards_intact() && back.guards_intact());
}

ARCMETER_FOR_EACH_ISA(Convert);

TEST(Reorder, KeepsEveryElementsLogicalPlace) {
    const ActivationLayout blocked{2, 48, 7, 16};
    const ActivationLayout plain{2, 48, 7, 1};
    const Elements x = random_elements(ElementType::bf16, blocked.elements(), 51);
    Elements y(ElementType::f32, plain.elements());
    cpu::reorder(blocked, ElementType::bf16, x.data(), plain, ElementType::f32, y.data());
    for (std::int64_t n = 0; n < 2; ++n) {
        for (std::int64_t c = 0; c < 48; ++c) {
            for (std::int64_t s = 0; s < 7; ++s) {
                EXPECT_EQ(y[(n * 48 + c) * 7 + s], x[((n * 3 + c / 16) * 7 + s) * 16 + c % 16]);
            }
        }
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test

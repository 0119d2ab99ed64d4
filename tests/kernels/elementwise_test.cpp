// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/add.h"
#include "kernels/cpu/dropout.h"
#include "kernels/cpu/input_conversion.h"
#include "kernels/math/prelu.h"
#include "kernels/math/random.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

class Add : public EachIsa {};

TEST_P(Add, AddsInPlaceToo) {
    for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
        for (const std::int64_t count : {1, 15, 16, 1000, 40003}) {
            Elements a = random_elements(type, count, 60);
            const Elements b = random_elements(type, count, 61);
            Elements y(type, count);
            cpu::add(type, count, a.data(), b.data(), y.data());
            for (std::int64_t i = 0; i < count; ++i) {
                // One float addition, rounded once to the type: exactly equal.
                const float sum = a[i] + b[i];
                EXPECT_EQ(y[i], type == ElementType::f32 ? sum : to_float(to_bfloat16(sum)));
            }
            cpu::add(type, count, a.data(), b.data(), a.data());
            expect_close(a, y, count, 0, 0, "in place");
            EXPECT_TRUE(a.guards_intact() && y.guards_intact());
        }
    }
}

ARCMETER_FOR_EACH_ISA(Add);

TEST(InputConversion, ScalesAndMirrors) {
    const std::int64_t height = 5, width = 7;
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(2 * height * width * 3));
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = static_cast<std::uint8_t>(i * 37 % 256);
    }
    const std::uint8_t mirror[2] = {0, 1};
    for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
        Elements out(type, 2 * 3 * height * width);
        cpu::input_conversion({2, height, width, pixels.data(), mirror, 0.0078125f, type, out.data()});
        for (std::int64_t n = 0; n < 2; ++n) {
            for (std::int64_t c = 0; c < 3; ++c) {
                for (std::int64_t y = 0; y < height; ++y) {
                    for (std::int64_t x = 0; x < width; ++x) {
                        const std::int64_t from = n == 0 ? x : width - 1 - x;
                        const std::size_t at =
                            static_cast<std::size_t>(((n * height + y) * width + from) * 3 + c);
                        // (pixel - 127.5) / 128 has at most 9 bits: exact in float, rounded once in bfloat16.
                        const float value = (static_cast<float>(pixels[at]) - 127.5f) * 0.0078125f;
                        EXPECT_EQ(out[((n * 3 + c) * height + y) * width + x],
                                  type == ElementType::f32 ? value : to_float(to_bfloat16(value)));
                    }
                }
            }
        }
        EXPECT_TRUE(out.guards_intact());
    }
}

TEST(Dropout, IsTheSameInEveryLayout) {
    const ActivationLayout blocked{3, 48, 49, 16};
    const ActivationLayout plain{3, 48, 49, 1};
    const Elements ones_blocked(ElementType::f32,
                                std::vector<float>(static_cast<std::size_t>(blocked.elements()), 1));
    Elements a(ElementType::f32, blocked.elements());
    Elements b(ElementType::bf16, plain.elements());
    const Elements ones_plain(ElementType::bf16,
                              std::vector<float>(static_cast<std::size_t>(plain.elements()), 1));
    cpu::dropout({blocked, ElementType::f32, ones_blocked.data(), a.data(), 0.4f, 7, 3});
    cpu::dropout({plain, ElementType::bf16, ones_plain.data(), b.data(), 0.4f, 7, 3});
    std::int64_t kept = 0;
    for (std::int64_t n = 0; n < 3; ++n) {
        for (std::int64_t c = 0; c < 48; ++c) {
            for (std::int64_t s = 0; s < 49; ++s) {
                const float value = a[blocked.offset(n, c, s)];
                EXPECT_EQ(value == 0, b[plain.offset(n, c, s)] == 0);
                const std::uint64_t index = static_cast<std::uint64_t>((n * 48 + c) * 49 + s);
                const bool keep = static_cast<double>(random_bits(7, 3, index)) >= 0.4 * 4294967296.0;
                EXPECT_FLOAT_EQ(value, keep ? 1 / 0.6f : 0.0f);
                kept += keep ? 1 : 0;
            }
        }
    }
    // 7056 draws at 0.6: standard deviation 41; 5 of them.
    EXPECT_NEAR(static_cast<double>(kept), 0.6 * 7056, 206);
}

TEST(Dropout, RanksAndStepsDrawDifferentMasks) {
    const ActivationLayout layout{1, 16, 64, 16};
    const Elements x(ElementType::f32, std::vector<float>(1024, 1));
    const auto mask = [&](std::uint64_t step, std::int64_t first_sample) {
        Elements y(ElementType::f32, 1024);
        cpu::dropout({layout, ElementType::f32, x.data(), y.data(), 0.5f, 9, step, first_sample});
        std::vector<float> values;
        for (std::int64_t i = 0; i < 1024; ++i) {
            values.push_back(y[i]);
        }
        return values;
    };
    EXPECT_EQ(mask(1, 0), mask(1, 0));
    EXPECT_NE(mask(1, 0), mask(2, 0));
    EXPECT_NE(mask(1, 0), mask(1, 1));
}

TEST(Prelu, GradientsAgreeWithFiniteDifferences) {
    for (const double z : {-2.0, -0.3, 0.4, 1.7}) {
        const double slope = 0.25, dy = 1.5, h = 1e-6;
        // Piecewise linear: central differences are exact but for rounding.
        EXPECT_NEAR(prelu_gradient(z, slope, dy), dy * (prelu(z + h, slope) - prelu(z - h, slope)) / (2 * h),
                    1e-8);
        EXPECT_NEAR(prelu_slope_gradient(z, dy), dy * (prelu(z, slope + h) - prelu(z, slope - h)) / (2 * h),
                    1e-8);
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/convolution.h"
#include "kernels/cpu/reference/gemm.h"
#include "kernels/cpu/reference/linear.h"
#include "tests/kernels/support.h"

// The references themselves: against definitions worked out by hand, and gradients against the bilinear form.
// A convolution is linear in x and in w, so for any x, w and dy
//   <dy, conv(x, w)> = <data_gradient(dy, w), x> = <weight_gradient(x, dy), w>,
// which with random operands leaves no room for a wrong index.

namespace arcmeter::kernels::test {
namespace {

using cpu::reference::ConvolutionShape;

double inner(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

TEST(ReferenceConvolution, IsTheDefinitionOnASmallCase) {
    // One 3x3 image of 1..9, one 2x2 kernel, no padding.
    const std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const std::vector<float> w = {1, 10, 100, 1000};
    std::vector<float> y(4);
    cpu::reference::convolution_forward({1, 1, 3, 3, 1, 2, 2, 1, 0}, ElementType::f32, x.data(), w.data(),
                                        y.data());
    EXPECT_EQ(y, (std::vector<float>{5421, 6532, 8754, 9865}));
}

TEST(ReferenceConvolution, PadsWithZeroAndStrides) {
    const std::vector<float> x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const std::vector<float> w(9, 1.0f);
    std::vector<float> y(4);
    cpu::reference::convolution_forward({1, 1, 3, 3, 1, 3, 3, 2, 1}, ElementType::f32, x.data(), w.data(),
                                        y.data());
    EXPECT_EQ(y, (std::vector<float>{12, 16, 24, 28}));
}

TEST(ReferenceConvolution, GradientsAreTheAdjoints) {
    const std::vector<ConvolutionShape> cases = {
        {2, 16, 7, 6, 32, 3, 3, 1, 1, 1, 16, 16}, {1, 3, 9, 9, 16, 3, 3, 2, 1, 1, 1, 16},
        {2, 32, 8, 8, 16, 1, 1, 2, 0, 1, 8, 1},   {1, 12, 5, 5, 8, 3, 3, 1, 1, 4, 12, 8},
        {2, 8, 7, 7, 8, 7, 7, 1, 0, 8, 8, 8},
    };
    for (const ConvolutionShape& shape : cases) {
        const std::vector<float> x = random_floats(shape.input().elements(), 100);
        const std::vector<float> dy = random_floats(shape.output().elements(), 101);
        const std::vector<float> w = random_floats(shape.weights(), 102);
        std::vector<float> y(dy.size()), dx(x.size()), dw(w.size());
        cpu::reference::convolution_forward(shape, ElementType::f32, x.data(), w.data(), y.data());
        cpu::reference::convolution_data_gradient(shape, ElementType::f32, dy.data(), w.data(), dx.data());
        cpu::reference::convolution_weight_gradient(shape, ElementType::f32, x.data(), dy.data(), dw.data());
        // Results are floats of order 10, summed over some thousand: rounding about 1e-4.
        EXPECT_NEAR(inner(dy, y), inner(dx, x), 2e-3);
        EXPECT_NEAR(inner(dy, y), inner(dw, w), 2e-3);
    }
}

TEST(ReferenceLinear, CountsFeaturesInChannelRowColumnOrder) {
    const ActivationLayout blocked{1, 2, 2, 2};
    // Memory (s0c0, s0c1, s1c0, s1c1); logical order c0s0, c0s1, c1s0, c1s1 = 1, 3, 2, 4.
    const std::vector<float> x = {1, 2, 3, 4};
    const std::vector<float> w = {1, 10, 100, 1000};
    const float bias = 0.5f;
    float y = 0;
    cpu::reference::linear_forward(blocked, ElementType::f32, 1, x.data(), w.data(), &bias, &y);
    EXPECT_EQ(y, 4231.5f);
}

TEST(ReferenceLinear, GradientsAreTheAdjoints) {
    const ActivationLayout layout{3, 32, 6, 16};
    const std::vector<float> x = random_floats(layout.elements(), 110), w = random_floats(10 * 192, 111);
    const std::vector<float> dy = random_floats(30, 112);
    std::vector<float> y(30), dx(x.size()), dw(w.size()), db(10);
    cpu::reference::linear_forward(layout, ElementType::f32, 10, x.data(), w.data(), nullptr, y.data());
    cpu::reference::linear_data_gradient(layout, ElementType::f32, 10, dy.data(), w.data(), dx.data());
    cpu::reference::linear_weight_gradient(layout, ElementType::f32, 10, x.data(), dy.data(), dw.data());
    cpu::reference::linear_bias_gradient(3, ElementType::f32, 10, dy.data(), db.data());
    EXPECT_NEAR(inner(dy, y), inner(dx, x), 1e-3);
    EXPECT_NEAR(inner(dy, y), inner(dw, w), 1e-3);
    EXPECT_FLOAT_EQ(db[4], dy[4] + dy[14] + dy[24]);
}

TEST(ReferenceGemm, TransposesScalesAndAccumulates) {
    // A = [1 2; 3 4; 5 6], B = [1 0 2; 0 1 3].
    const std::vector<float> a = {1, 2, 3, 4, 5, 6}, a_t = {1, 3, 5, 2, 4, 6};
    const std::vector<float> b = {1, 0, 2, 0, 1, 3}, b_t = {1, 0, 0, 1, 2, 3};
    const std::vector<float> product = {1, 2, 8, 3, 4, 18, 5, 6, 28};
    for (const bool ta : {false, true}) {
        for (const bool tb : {false, true}) {
            std::vector<float> c(9, 1.0f);
            cpu::reference::gemm({ta, tb, 3, 3, 2, 2.0f, ta ? a_t.data() : a.data(), ta ? 3 : 2,
                                  tb ? b_t.data() : b.data(), tb ? 2 : 3, 10.0f, c.data(), 3});
            for (std::size_t i = 0; i < 9; ++i) {
                EXPECT_EQ(c[i], 2 * product[i] + 10);
            }
        }
    }
}

TEST(ReferenceGemm, DoesNotReadTheResultWithBetaZero) {
    const float a = 2, b = 3;
    float c = std::nanf("");
    cpu::reference::gemm({false, false, 1, 1, 1, 1.0f, &a, 1, &b, 1, 0.0f, &c, 1});
    EXPECT_EQ(c, 6);
}

}  // namespace
}  // namespace arcmeter::kernels::test

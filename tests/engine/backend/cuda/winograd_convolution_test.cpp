// SPDX-License-Identifier: Apache-2.0
// Winograd convolutions on emulated CUDA, with plain matrix products, against plain convolutions.
#include "engine/backend/cuda/winograd_convolution.h"

#include <gtest/gtest.h>

#include "engine/backend/cuda/choice.h"
#include "tests/engine/backend/cuda/product_support.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

class WinogradConvolutions : public ::testing::TestWithParam<std::tuple<Direction, std::int64_t>> {};

/// All samples at once, an even cut, and one with a smaller last part.
TEST_P(WinogradConvolutions, AgreeWithPlainLoops) {
    const auto [direction, samples] = GetParam();
    const ConvolutionShape shape{5, 12, 20, 9, 6, 3, 1, 1};
    const auto products = test::make_reference_products();
    const auto winograd = make_winograd_convolution(*products, direction, shape, {samples}, {});
    EXPECT_LT(test::distance_from_plain_loops(*winograd, *products, direction, shape), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Chunks, WinogradConvolutions,
                         ::testing::Combine(::testing::Values(Direction::forward, Direction::data_gradient,
                                                              Direction::weight_gradient),
                                            ::testing::Values(5, 1, 2)),
                         [](const auto& test_info) {
                             return std::string(to_string(std::get<0>(test_info.param))) + "_" +
                                    std::to_string(std::get<1>(test_info.param));
                         });

TEST(WinogradPlans, AreForPlainThreeByThreeInFp32) {
    const ConvolutionShape shape{8, 64, 64, 14, 14, 3, 1, 1};
    EXPECT_FALSE(winograd_plans(shape, Arithmetic::fp32, 256 * mebibyte).empty());
    EXPECT_TRUE(winograd_plans(shape, Arithmetic::tf32, 256 * mebibyte).empty());
    for (const ConvolutionShape& other :
         {ConvolutionShape{8, 64, 64, 14, 14, 3, 2, 1}, ConvolutionShape{8, 64, 64, 14, 14, 1, 1, 0},
          ConvolutionShape{8, 64, 64, 14, 14, 3, 1, 0}, ConvolutionShape{8, 3, 64, 14, 14, 3, 1, 1}}) {
        EXPECT_TRUE(winograd_plans(other, Arithmetic::fp32, 256 * mebibyte).empty())
            << describe(Direction::forward, other);
    }
}

TEST(WinogradPlans, StayWithinTheWorkspace) {
    const auto products = test::make_reference_products();
    for (const std::int64_t batch : {1, 3, 64, 128}) {
        const ConvolutionShape shape{batch, 64, 64, 112, 112, 3, 1, 1};
        for (const std::size_t limit : {64 * mebibyte, 256 * mebibyte, 1024 * mebibyte}) {
            const auto plans = winograd_plans(shape, Arithmetic::fp32, limit);
            EXPECT_FALSE(plans.empty());
            for (const WinogradPlan& plan : plans) {
                const ProductOptions options{.workspace_limit = limit};
                const auto product =
                    make_winograd_convolution(*products, Direction::forward, shape, plan, options);
                EXPECT_LE(product->workspace_bytes(), limit) << plan.name();
            }
        }
    }
    EXPECT_TRUE(winograd_plans({1, 64, 64, 112, 112, 3, 1, 1}, Arithmetic::fp32, mebibyte).empty());
}

}  // namespace
}  // namespace arcmeter::backend::cuda

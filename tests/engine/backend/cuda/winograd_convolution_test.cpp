// SPDX-License-Identifier: Apache-2.0
// Winograd convolutions on emulated CUDA, with plain matrix products, against plain convolutions.
#include "engine/backend/cuda/winograd_convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/backend/cuda/choice.h"
#include "tests/engine/backend/cuda/product_support.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

class WinogradConvolutions : public ::testing::TestWithParam<std::tuple<Direction, std::int64_t, int>> {};

/// All samples at once, an even cut, and one with a smaller last part.
TEST_P(WinogradConvolutions, AgreeWithPlainLoops) {
    const auto [direction, samples, tile] = GetParam();
    const ConvolutionShape shape{5, 12, 20, 9, 6, 3, 1, 1};
    const auto products = test::make_reference_products();
    const auto winograd = make_winograd_convolution(*products, direction, shape, {samples, 1, tile}, {});
    EXPECT_LT(test::distance_from_plain_loops(*winograd, *products, direction, shape), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Chunks, WinogradConvolutions,
                         ::testing::Combine(::testing::Values(Direction::forward, Direction::data_gradient,
                                                              Direction::weight_gradient),
                                            ::testing::Values(5, 1, 2), ::testing::Values(4, 7)),
                         [](const auto& test_info) {
                             return std::string(to_string(std::get<0>(test_info.param))) + "_" +
                                    std::to_string(std::get<1>(test_info.param)) + "_tile" +
                                    std::to_string(std::get<2>(test_info.param));
                         });

/// All samples at once, and cuts of which the later ones add to the first's parts.
TEST(WinogradConvolutions, SumAWeightGradientInParts) {
    const ConvolutionShape shape{6, 12, 20, 8, 8, 3, 1, 1};
    const auto products = test::make_reference_products();
    for (const WinogradPlan plan :
         {WinogradPlan{6, 2}, WinogradPlan{6, 8}, WinogradPlan{4, 4}, WinogradPlan{6, 2, 7}}) {
        const auto winograd =
            make_winograd_convolution(*products, Direction::weight_gradient, shape, plan, {});
        EXPECT_LT(test::distance_from_plain_loops(*winograd, *products, Direction::weight_gradient, shape),
                  1e-5)
            << plan.name();
    }
}

/// Rounding to TF32 twice, of an operand and of its transform, is as good as once.
TEST(WinogradConvolutions, SumWeightGradientsAlongRowsInTf32) {
    const ConvolutionShape shape{6, 12, 20, 9, 7, 3, 1, 1};
    const auto products = test::make_reference_products();
    for (const WinogradPlan plan :
         {WinogradPlan{6, 1, 2}, WinogradPlan{6, 4, 2}, WinogradPlan{4, 3, 2}, WinogradPlan{1, 1, 2}}) {
        const auto winograd =
            make_winograd_convolution(*products, Direction::weight_gradient, shape, plan, {});
        EXPECT_LT(test::distance_from_plain_loops(*winograd, *products, Direction::weight_gradient, shape),
                  1e-3)
            << plan.name();
    }
}

TEST(WinogradPlans, AreForWeightGradientsOfManyChannelsInTf32) {
    const ConvolutionShape many{128, 256, 256, 14, 14, 3, 1, 1}, few{128, 64, 64, 56, 56, 3, 1, 1};
    const auto plans = winograd_plans(Direction::weight_gradient, many, Arithmetic::tf32, 256 * mebibyte);
    ASSERT_FALSE(plans.empty());
    for (const WinogradPlan& plan : plans) {
        EXPECT_EQ(plan.tile, 2);
        const auto product = make_winograd_convolution(*test::make_reference_products(),
                                                       Direction::weight_gradient, many, plan, {});
        EXPECT_LE(product->workspace_bytes(), 256 * mebibyte) << plan.name();
    }
    EXPECT_TRUE(winograd_plans(Direction::weight_gradient, few, Arithmetic::tf32, 256 * mebibyte).empty());
    EXPECT_TRUE(winograd_plans(Direction::forward, many, Arithmetic::tf32, 256 * mebibyte).empty());
}

TEST(WinogradPlans, AreForPlainThreeByThree) {
    const ConvolutionShape shape{8, 64, 64, 14, 14, 3, 1, 1};
    EXPECT_FALSE(winograd_plans(Direction::forward, shape, Arithmetic::fp32, 256 * mebibyte).empty());
    for (const auto arithmetic : {Arithmetic::tf32, Arithmetic::fp16, Arithmetic::bf16})
        EXPECT_TRUE(winograd_plans(Direction::forward, shape, arithmetic, 256 * mebibyte).empty());
    for (const ConvolutionShape& other :
         {ConvolutionShape{8, 64, 64, 14, 14, 3, 2, 1}, ConvolutionShape{8, 64, 64, 14, 14, 1, 1, 0},
          ConvolutionShape{8, 64, 64, 14, 14, 3, 1, 0}, ConvolutionShape{8, 3, 64, 14, 14, 3, 1, 1}}) {
        EXPECT_TRUE(winograd_plans(Direction::forward, other, Arithmetic::fp32, 256 * mebibyte).empty())
            << describe(Direction::forward, other);
    }
}

TEST(WinogradPlans, HaveTilesOfSevenWhereTheyNeedFewerProducts) {
    const auto has_seven = [](std::int64_t size) {
        const auto plans = winograd_plans(Direction::forward, {8, 64, 64, size, size, 3, 1, 1},
                                          Arithmetic::fp32, 256 * mebibyte);
        return std::any_of(plans.begin(), plans.end(), [](const auto& plan) { return plan.tile == 7; });
    };
    for (const std::int64_t size : {7, 14, 28, 56, 112}) EXPECT_TRUE(has_seven(size)) << size;
    for (const std::int64_t size : {4, 8, 15, 16}) EXPECT_FALSE(has_seven(size)) << size;
}

class WinogradPlansOf : public ::testing::TestWithParam<Direction> {};

TEST_P(WinogradPlansOf, StayWithinTheWorkspaceAndDiffer) {
    const auto products = test::make_reference_products();
    for (const std::int64_t batch : {1, 3, 64, 128}) {
        const ConvolutionShape shape{batch, 64, 64, 112, 112, 3, 1, 1};
        for (const std::size_t limit : {64 * mebibyte, 256 * mebibyte, 1024 * mebibyte}) {
            const auto plans = winograd_plans(GetParam(), shape, Arithmetic::fp32, limit);
            EXPECT_FALSE(plans.empty());
            std::set<std::string> names;
            for (const WinogradPlan& plan : plans) {
                EXPECT_TRUE(names.insert(plan.name()).second) << plan.name() << " is offered twice";
                const ProductOptions options{.workspace_limit = limit};
                const auto product = make_winograd_convolution(*products, GetParam(), shape, plan, options);
                EXPECT_LE(product->workspace_bytes(), limit) << plan.name();
            }
        }
    }
    EXPECT_TRUE(
        winograd_plans(GetParam(), {1, 64, 64, 112, 112, 3, 1, 1}, Arithmetic::fp32, mebibyte).empty());
}

INSTANTIATE_TEST_SUITE_P(Directions, WinogradPlansOf,
                         ::testing::Values(Direction::forward, Direction::data_gradient,
                                           Direction::weight_gradient),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

TEST(WinogradPlans, WeightGradientsOfFewChannelsAreSummedInParts) {
    const auto largest_parts = [](Direction direction, std::int64_t channels, std::int64_t size) {
        std::int64_t most = 0;
        for (const WinogradPlan& plan : winograd_plans(
                 direction, {128, channels, channels, size, size, 3, 1, 1}, Arithmetic::fp32, 256 * mebibyte))
            most = std::max(most, plan.parts);
        return most;
    };
    EXPECT_GE(largest_parts(Direction::weight_gradient, 64, 56), 8) << "36 products of one block each";
    EXPECT_LE(largest_parts(Direction::weight_gradient, 512, 7), 2) << "36 products of 16 blocks each";
    EXPECT_EQ(largest_parts(Direction::forward, 64, 56), 1);
}

}  // namespace
}  // namespace arcmeter::backend::cuda

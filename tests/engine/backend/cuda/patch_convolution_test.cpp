// SPDX-License-Identifier: Apache-2.0
// Convolutions as products over patches on emulated CUDA, with plain matrix products, against plain
// convolutions.
#include "engine/backend/cuda/patch_convolution.h"

#include <gtest/gtest.h>

#include "engine/backend/cuda/choice.h"
#include "tests/engine/backend/cuda/product_support.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

/// A stride, a shortcut, a stem, and a pointwise one whose input is its own patches.
const ConvolutionShape shapes[] = {{5, 12, 20, 9, 6, 3, 2, 1},
                                   {5, 8, 16, 7, 8, 1, 2, 0},
                                   {5, 4, 12, 6, 5, 5, 1, 2},
                                   {5, 16, 8, 4, 5, 1, 1, 0}};

class PatchConvolutions
    : public ::testing::TestWithParam<std::tuple<Direction, ConvolutionShape, std::int64_t>> {};

/// All samples at once, one at a time, and a cut with a smaller last part.
TEST_P(PatchConvolutions, AgreeWithPlainLoops) {
    const auto& [direction, shape, samples] = GetParam();
    const auto products = test::make_reference_products();
    const auto patches = make_patch_convolution(*products, direction, shape, {samples}, {});
    EXPECT_LT(test::distance_from_plain_loops(*patches, *products, direction, shape), 1e-6)
        << describe(direction, shape);
}

INSTANTIATE_TEST_SUITE_P(Shapes, PatchConvolutions,
                         ::testing::Combine(::testing::Values(Direction::forward, Direction::data_gradient,
                                                              Direction::weight_gradient),
                                            ::testing::ValuesIn(shapes), ::testing::Values(5, 1, 2)));

TEST(PatchPlans, AreForFp32WhereWinogradIsNot) {
    const ConvolutionShape stride{8, 64, 64, 14, 14, 3, 2, 1};
    EXPECT_FALSE(patch_plans(stride, Arithmetic::fp32, 256 * mebibyte).empty());
    EXPECT_TRUE(patch_plans(stride, Arithmetic::tf32, 256 * mebibyte).empty());
    EXPECT_TRUE(patch_plans({8, 64, 64, 14, 14, 3, 1, 1}, Arithmetic::fp32, 256 * mebibyte).empty());
    EXPECT_TRUE(patch_plans({8, 3, 64, 14, 14, 3, 2, 1}, Arithmetic::fp32, 256 * mebibyte).empty());
}

TEST(PatchPlans, StayWithinTheWorkspace) {
    const auto products = test::make_reference_products();
    for (const std::int64_t batch : {1, 3, 64, 128}) {
        const ConvolutionShape shape{batch, 64, 64, 112, 112, 3, 2, 1};
        for (const std::size_t limit : {64 * mebibyte, 256 * mebibyte, 1024 * mebibyte}) {
            const auto plans = patch_plans(shape, Arithmetic::fp32, limit);
            EXPECT_FALSE(plans.empty());
            for (const PatchPlan& plan : plans) {
                const auto product = make_patch_convolution(*products, Direction::forward, shape, plan,
                                                            {.workspace_limit = limit});
                EXPECT_LE(product->workspace_bytes(), limit) << plan.name();
            }
        }
    }
    EXPECT_TRUE(patch_plans({1, 64, 64, 112, 112, 3, 2, 1}, Arithmetic::fp32, mebibyte).empty());
}

}  // namespace
}  // namespace arcmeter::backend::cuda

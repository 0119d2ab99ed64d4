// SPDX-License-Identifier: Apache-2.0
// Winograd convolutions on emulated CUDA, with plain matrix products, against plain convolutions.
#include "engine/backend/cuda/winograd_convolution.h"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <vector>

#include "engine/backend/cuda/choice.h"
#include "engine/backend/cuda/runtime.h"
#include "tests/engine/backend/cuda/reference_products.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

/// Floats that begin at a 16-byte boundary, as products want them.
class AlignedFloats {
public:
    explicit AlignedFloats(std::int64_t count)
        : count_(count), storage_(static_cast<std::size_t>(count) / 4 + 1) {
        std::memset(storage_.data(), 0xff, storage_.size() * sizeof storage_[0]);
    }
    static AlignedFloats random(std::int64_t count, std::mt19937& generator) {
        AlignedFloats floats(count);
        std::normal_distribution<float> value;
        for (std::int64_t i = 0; i < count; ++i) floats.data()[i] = value(generator);
        return floats;
    }
    float* data() { return storage_.data()->values; }
    std::int64_t size() const { return count_; }

private:
    struct alignas(16) Four {
        float values[4];
    };
    std::int64_t count_;
    std::vector<Four> storage_;
};

double relative_distance(AlignedFloats& actual, AlignedFloats& expected) {
    double difference = 0, size = 0;
    for (std::int64_t i = 0; i < expected.size(); ++i) {
        difference += std::pow(static_cast<double>(actual.data()[i]) - expected.data()[i], 2);
        size += std::pow(static_cast<double>(expected.data()[i]), 2);
    }
    return std::sqrt(difference / size);
}

void run(Product& product, AlignedFloats& a, AlignedFloats& b, AlignedFloats& out) {
    const OwnStream stream;
    AlignedFloats workspace(static_cast<std::int64_t>(product.workspace_bytes() / sizeof(float)) + 4);
    product.enqueue(a.data(), b.data(), nullptr, out.data(), workspace.data(), stream);
    ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
}

class WinogradConvolutions : public ::testing::TestWithParam<std::tuple<Direction, std::int64_t>> {};

/// All samples at once, an even cut, and one with a smaller last part.
TEST_P(WinogradConvolutions, AgreeWithPlainLoops) {
    const auto [direction, samples] = GetParam();
    const ConvolutionShape shape{5, 12, 20, 9, 6, 3, 1, 1};
    const auto products = test::make_reference_products();
    std::mt19937 generator(7);
    const std::int64_t pixels = shape.batch * shape.in_height * shape.in_width;
    AlignedFloats x = AlignedFloats::random(pixels * shape.in_channels, generator);
    AlignedFloats y = AlignedFloats::random(pixels * shape.out_channels, generator);
    AlignedFloats w = AlignedFloats::random(9 * shape.in_channels * shape.out_channels, generator);
    AlignedFloats& a = direction == Direction::data_gradient ? y : x;
    AlignedFloats& b = direction == Direction::weight_gradient ? y : w;
    AlignedFloats& like =
        direction == Direction::forward ? y : (direction == Direction::data_gradient ? x : w);
    AlignedFloats expected(like.size()), actual(like.size());
    run(*products->convolution(direction, shape, Arithmetic::fp32, {}), a, b, expected);
    run(*make_winograd_convolution(*products, direction, shape, {samples}, {}), a, b, actual);
    EXPECT_LT(relative_distance(actual, expected), 1e-5);
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
          ConvolutionShape{8, 64, 64, 14, 14, 3, 1, 0}}) {
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

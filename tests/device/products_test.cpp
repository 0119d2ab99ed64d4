// SPDX-License-Identifier: Apache-2.0
// cuDNN's convolutions and cuBLASLt's products against plain loops with double sums, on shapes of the
// networks and on awkward ones.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "engine/backend/cuda/choice.h"
#include "engine/backend/cuda/library_products.h"
#include "engine/backend/cuda/operand_types.h"
#include "engine/backend/cuda/runtime.h"
#include "engine/backend/cuda/winograd_convolution.h"
#include "kernels/elements.h"
#include "tests/device/device_support.h"
#include "tests/engine/backend/cuda/reference_products.h"

namespace arcmeter::backend::cuda {
namespace {

/// One operand's elements as they are stored.
class Operand {
public:
    Operand(kernels::ElementType type, std::int64_t elements)
        : type_(type),
          elements_(elements),
          bytes_(static_cast<std::size_t>(elements) * kernels::size_of(type) / sizeof(std::max_align_t) + 1) {
    }

    static Operand random(kernels::ElementType type, std::int64_t elements, std::mt19937& generator) {
        Operand operand(type, elements);
        std::normal_distribution<float> value;
        for (std::int64_t i = 0; i < elements; ++i)
            kernels::write_element(type, operand.host(), i, value(generator));
        return operand;
    }

    /// What no product may leave: NaN in every type.
    void poison() { std::memset(host(), 0xff, bytes()); }

    void* host() { return bytes_.data(); }
    std::size_t bytes() const { return bytes_.size() * sizeof bytes_[0]; }
    std::vector<float> values() {
        std::vector<float> values;
        for (std::int64_t i = 0; i < elements_; ++i)
            values.push_back(kernels::read_element(type_, host(), i));
        return values;
    }

private:
    kernels::ElementType type_;
    std::int64_t elements_;
    std::vector<std::max_align_t> bytes_;
};

struct Operands {
    Operand a, b, bias, out;
};

void run_on_host(Product& product, Operands& operands, bool has_bias) {
    const OwnStream stream;
    std::vector<std::max_align_t> workspace(product.workspace_bytes() / sizeof(std::max_align_t) + 1);
    product.enqueue(operands.a.host(), operands.b.host(),
                    has_bias ? static_cast<const float*>(operands.bias.host()) : nullptr, operands.out.host(),
                    workspace.data(), stream);
    ARCMETER_CUDA_CHECK(cudaStreamSynchronize(stream));
}

void run_on_device(Product& product, Operands& operands, bool has_bias) {
    const OwnStream stream;
    const auto to_device = [](Operand& operand) {
        auto memory = std::make_unique<DeviceMemory>(static_cast<std::int64_t>(operand.bytes()));
        ARCMETER_CUDA_CHECK(
            cudaMemcpy(memory->data(), operand.host(), operand.bytes(), cudaMemcpyHostToDevice));
        return memory;
    };
    const auto a = to_device(operands.a), b = to_device(operands.b), bias = to_device(operands.bias),
               out = to_device(operands.out);
    DeviceMemory workspace(static_cast<std::int64_t>(product.workspace_bytes()) + 256);
    ARCMETER_CUDA_CHECK(cudaMemset(workspace.data(), 0xff, static_cast<std::size_t>(workspace.bytes())));
    ARCMETER_CUDA_CHECK(cudaDeviceSynchronize());
    product.enqueue(a->data(), b->data(), has_bias ? reinterpret_cast<const float*>(bias->data()) : nullptr,
                    out->data(), workspace.data(), stream);
    ARCMETER_CUDA_CHECK(cudaStreamSynchronize(stream));
    ARCMETER_CUDA_CHECK(
        cudaMemcpy(operands.out.host(), out->data(), operands.out.bytes(), cudaMemcpyDeviceToHost));
}

double relative_distance(const std::vector<float>& actual, const std::vector<float>& expected) {
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        difference += std::pow(static_cast<double>(actual[i]) - expected[i], 2);
        size += std::pow(static_cast<double>(expected[i]), 2);
    }
    return std::isfinite(difference) ? std::sqrt(difference / size) : std::numeric_limits<double>::infinity();
}

/// In the Euclidean norm. FP32: rounding of sums of up to some ten thousand terms. TF32: tensor cores may cut
/// the 13 bits off that the reference rounds. Half: one rounding of the result.
double tolerance(Arithmetic arithmetic) {
    switch (arithmetic) {
        case Arithmetic::fp32:
            return 1e-5;
        case Arithmetic::tf32:
        case Arithmetic::fp16:
            return 2e-3;
        case Arithmetic::bf16:
            break;
    }
    return 8e-3;
}

/// Tiles of 7 add up larger terms of both signs (Winograd<7> says how much).
double winograd_tolerance(int tile) {
    return tile == 7 ? 3e-5 : tolerance(Arithmetic::fp32);
}

void expect_equal(Product& expected, Product& actual, Operands operands, double most, bool has_bias) {
    Operands computed = operands;
    run_on_host(expected, operands, has_bias);
    run_on_device(actual, computed, has_bias);
    EXPECT_LT(relative_distance(computed.out.values(), operands.out.values()), most) << actual.algorithm();
}

class Convolutions : public ::testing::TestWithParam<std::tuple<Direction, Arithmetic>> {};

TEST_P(Convolutions, AgreeWithPlainLoops) {
    ARCMETER_NEEDS_DEVICE();
    const auto [direction, arithmetic] = GetParam();
    const auto ours = make_library_products();
    const auto plain = test::make_reference_products();
    std::mt19937 generator(std::random_device{}());
    const kernels::ElementType type = element_type(arithmetic);
    for (const ConvolutionShape& s :
         {ConvolutionShape{2, 8, 64, 20, 20, 3, 1, 1}, ConvolutionShape{3, 64, 64, 14, 14, 3, 2, 1},
          ConvolutionShape{5, 64, 128, 7, 9, 1, 2, 0}, ConvolutionShape{1, 16, 24, 5, 3, 3, 1, 1},
          ConvolutionShape{4, 256, 256, 7, 7, 3, 1, 1}, ConvolutionShape{7, 64, 128, 6, 6, 1, 1, 0}}) {
        for (const bool deterministic : {false, true}) {
            SCOPED_TRACE(describe(direction, s));
            const std::int64_t x = s.batch * s.in_height * s.in_width * s.in_channels;
            const std::int64_t y = s.batch * s.out_height() * s.out_width() * s.out_channels;
            const std::int64_t w = s.out_channels * s.kernel * s.kernel * s.in_channels;
            const std::int64_t a = direction == Direction::data_gradient ? y : x;
            const std::int64_t b = direction == Direction::weight_gradient ? y : w;
            const std::int64_t out = direction == Direction::forward         ? y
                                     : direction == Direction::data_gradient ? x
                                                                             : w;
            const bool float_out = direction == Direction::weight_gradient;
            Operands operands{Operand::random(type, a, generator), Operand::random(type, b, generator),
                              Operand(kernels::ElementType::f32, 1),
                              Operand(float_out ? kernels::ElementType::f32 : type, out)};
            operands.out.poison();
            const ProductOptions options{.deterministic = deterministic};
            expect_equal(*plain->convolution(direction, s, arithmetic, options),
                         *ours->convolution(direction, s, arithmetic, options), operands,
                         tolerance(arithmetic), false);
        }
    }
}

constexpr auto arithmetics = {Arithmetic::fp32, Arithmetic::tf32, Arithmetic::fp16, Arithmetic::bf16};

INSTANTIATE_TEST_SUITE_P(Products, Convolutions,
                         ::testing::Combine(::testing::Values(Direction::forward, Direction::data_gradient,
                                                              Direction::weight_gradient),
                                            ::testing::ValuesIn(arithmetics)),
                         [](const auto& test_info) {
                             return std::string(to_string(std::get<0>(test_info.param))) + "_" +
                                    std::string(to_string(std::get<1>(test_info.param)));
                         });

class WinogradConvolutions : public ::testing::TestWithParam<Direction> {};

/// Whether or not they are the fastest: at once, and in parts with a smaller last one, with both tiles.
TEST_P(WinogradConvolutions, AgreeWithPlainLoops) {
    ARCMETER_NEEDS_DEVICE();
    const Direction direction = GetParam();
    const auto ours = make_library_products();
    const auto plain = test::make_reference_products();
    std::mt19937 generator(std::random_device{}());
    const ConvolutionShape s{7, 64, 128, 14, 10, 3, 1, 1};
    const std::int64_t pixels = s.batch * s.in_height * s.in_width;
    const std::int64_t x = pixels * s.in_channels, y = pixels * s.out_channels;
    const std::int64_t w = s.out_channels * 9 * s.in_channels;
    constexpr auto f32 = kernels::ElementType::f32;
    for (const WinogradPlan plan :
         {WinogradPlan{7}, WinogradPlan{3}, WinogradPlan{7, 1, 7}, WinogradPlan{3, 1, 7}}) {
        const bool forward = direction == Direction::forward,
                   backward = direction == Direction::data_gradient;
        Operands operands{Operand::random(f32, backward ? y : x, generator),
                          Operand::random(f32, direction == Direction::weight_gradient ? y : w, generator),
                          Operand(f32, 1), Operand(f32, forward ? y : (backward ? x : w))};
        operands.out.poison();
        expect_equal(*plain->convolution(direction, s, Arithmetic::fp32, {}),
                     *make_winograd_convolution(*ours, direction, s, plan, {}), operands,
                     winograd_tolerance(plan.tile), false);
    }
}

INSTANTIATE_TEST_SUITE_P(Products, WinogradConvolutions,
                         ::testing::Values(Direction::forward, Direction::data_gradient,
                                           Direction::weight_gradient),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

/// Weight gradients along rows: at once, in parts, and with a smaller last cut.
TEST(WinogradRows, AgreeWithPlainLoops) {
    ARCMETER_NEEDS_DEVICE();
    const auto ours = make_library_products();
    const auto plain = test::make_reference_products();
    std::mt19937 generator(std::random_device{}());
    const ConvolutionShape s{7, 128, 256, 14, 10, 3, 1, 1};
    constexpr auto f32 = kernels::ElementType::f32;
    const std::int64_t pixels = s.batch * s.in_height * s.in_width;
    for (const WinogradPlan plan : {WinogradPlan{7, 1, 2}, WinogradPlan{7, 4, 2}, WinogradPlan{3, 2, 2}}) {
        Operands operands{Operand::random(f32, pixels * s.in_channels, generator),
                          Operand::random(f32, pixels * s.out_channels, generator), Operand(f32, 1),
                          Operand(f32, s.out_channels * 9 * s.in_channels)};
        operands.out.poison();
        expect_equal(*plain->convolution(Direction::weight_gradient, s, Arithmetic::fp32, {}),
                     *make_winograd_convolution(*ours, Direction::weight_gradient, s, plan, {}), operands,
                     tolerance(Arithmetic::tf32), false);
    }
}

class Matmuls : public ::testing::TestWithParam<Arithmetic> {};

TEST_P(Matmuls, AgreeWithPlainLoops) {
    ARCMETER_NEEDS_DEVICE();
    const Arithmetic arithmetic = GetParam();
    const auto ours = make_library_products();
    const auto plain = test::make_reference_products();
    std::mt19937 generator(std::random_device{}());
    for (const unsigned flags : {0U, 1U, 2U, 3U, 4U, 8U, 12U, 16U, 24U, 31U, 23U}) {
        MatmulShape s{
            .transpose_a = (flags & 1) != 0, .transpose_b = (flags & 2) != 0, .m = 40, .n = 72, .k = 200};
        s.accumulate = (flags & 4) != 0;
        s.bias = (flags & 8) != 0;
        s.float_output = (flags & 16) == 0;
        s.lda = (s.transpose_a ? s.m : s.k) + 8;
        s.ldb = (s.transpose_b ? s.k : s.n) + 16;
        s.ldc = s.n + 8;
        SCOPED_TRACE(describe(s));
        const kernels::ElementType type = element_type(arithmetic);
        const kernels::ElementType out_type = s.float_output ? kernels::ElementType::f32 : type;
        const Operands operands{Operand::random(type, (s.transpose_a ? s.k : s.m) * s.lda, generator),
                                Operand::random(type, (s.transpose_b ? s.n : s.k) * s.ldb, generator),
                                Operand::random(kernels::ElementType::f32, s.n, generator),
                                Operand::random(out_type, s.m * s.ldc, generator)};
        expect_equal(*plain->matmul(s, arithmetic, {}), *ours->matmul(s, arithmetic, {}), operands,
                     tolerance(arithmetic), s.bias);
    }
}

INSTANTIATE_TEST_SUITE_P(Products, Matmuls, ::testing::ValuesIn(arithmetics),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

}  // namespace
}  // namespace arcmeter::backend::cuda

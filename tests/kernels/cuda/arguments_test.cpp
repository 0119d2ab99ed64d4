// SPDX-License-Identifier: Apache-2.0
// What launchers say of arguments that cannot work.
#include "kernels/cuda/add.h"
#include "kernels/cuda/channel_map.h"
#include "kernels/cuda/channel_map_backward.h"
#include "kernels/cuda/depthwise.h"
#include "kernels/cuda/dropout.h"
#include "kernels/cuda/input_conversion.h"
#include "kernels/cuda/margin_softmax.h"
#include "kernels/cuda/sgd.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

template <class Call>
std::string refusal(Call call) {
    try {
        call();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

TEST(CudaArguments, ANullPointerIsNamed) {
    const DeviceArray<float> x(4);
    EXPECT_EQ(refusal([&] { cuda::add(ElementType::f32, 4, x.data(), nullptr, x.data(), test_stream()); }),
              "add: b is null.");
}

TEST(CudaArguments, ASizeIsNamedWithItsValueAndRange) {
    const DeviceArray<float> x(4);
    EXPECT_EQ(refusal([&] { cuda::add(ElementType::f32, 0, x.data(), x.data(), x.data(), test_stream()); }),
              "add: count is 0, not 1 to 1099511627776.");
}

TEST(CudaArguments, APointerBetweenElementsIsRefused) {
    const DeviceArray<std::uint8_t> bytes(16);
    EXPECT_EQ(refusal([&] {
                  cuda::add(ElementType::bf16, 2, bytes.data() + 1, bytes.data(), bytes.data(),
                            test_stream());
              }),
              "add: a is not aligned to 2 bytes.");
}

TEST(CudaArguments, StatisticsNeedTheirWorkspace) {
    const DeviceArray<float> x(64), mean(64);
    EXPECT_EQ(refusal([&] {
                  cuda::channel_statistics({1, 64, ElementType::f32, x.data(), {mean.data(), mean.data()}},
                                           test_stream());
              }),
              "channel_statistics: workspace is null.");
}

TEST(CudaArguments, ABackwardPassNeedsXForItsNorm) {
    const DeviceArray<float> x(64);
    cuda::ChannelMapBackwardApplyArgs args{};
    args.rows = 1;
    args.channels = 64;
    args.type = ElementType::f32;
    args.dy = args.dx = x.data();
    args.slope = x.data();
    EXPECT_EQ(refusal([&] { cuda::channel_map_backward_apply(args, test_stream()); }),
              "channel_map_backward_apply: x is null with a mean or a slope.");
}

TEST(CudaArguments, DepthwiseIsNhwc) {
    const DeviceArray<float> x(64);
    const DepthwiseShape shape{1, 16, 8, 1, 3, 1, 1, 2, 2};
    EXPECT_EQ(refusal([&] {
                  cuda::depthwise_forward(shape, ElementType::f32, x.data(), x.data(), x.data(),
                                          test_stream());
              }),
              "depthwise_forward: block is not the number of channels (NHWC).");
}

TEST(CudaArguments, TheInputHasThreeFourOrEightChannels) {
    const DeviceArray<float> output(12);
    const DeviceArray<std::uint8_t> pixels(3);
    EXPECT_EQ(refusal([&] {
                  cuda::input_conversion(
                      {1, 1, 1, pixels.data(), nullptr, 1, ElementType::f32, 5, output.data()},
                      test_stream());
              }),
              "input_conversion: channels is 5, not 3, 4 or 8.");
}

TEST(CudaArguments, DropoutKeepsSomething) {
    const DeviceArray<float> x(4);
    const auto state = step_state({});
    EXPECT_EQ(refusal([&] {
                  cuda::dropout({1, 4, 1, ElementType::f32, x.data(), x.data(), 1.0f, 1, state.data()},
                                test_stream());
              }),
              "dropout: drop is 1.000000, not at least 0 and below 1.");
}

TEST(CudaArguments, AHalfGradientCannotOverwriteItsDots) {
    const DeviceArray<float> x(16);
    const DeviceArray<std::int32_t> labels(1);
    const cuda::LogitChunk chunk{1, 4, 4, 0, x.data(), x.data(), labels.data()};
    EXPECT_EQ(refusal([&] {
                  cuda::margin_softmax_backward_chunk(
                      {chunk, x.data(), x.data(), 64, 1, nullptr, ElementType::bf16, x.data(), 4, x.data()},
                      test_stream());
              }),
              "margin_softmax_backward_chunk: gradient is dots with another type or stride.");
}

TEST(CudaArguments, AHalfCopyIsHalf) {
    const DeviceArray<float> x(4);
    std::vector<cuda::SgdTensor> tensors = {{x.data(), x.data(), x.data(), 4, 0, ElementType::f32, x.data()}};
    EXPECT_EQ(refusal([&] { cuda::lay_out_tiles(tensors); }),
              "lay_out_tiles: half_type is f32, not bf16 or f16.");
}

}  // namespace
}  // namespace arcmeter::kernels::test

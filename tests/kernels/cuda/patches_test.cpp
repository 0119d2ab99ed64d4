// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/patches.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {

namespace {

using cuda::PatchShape;

/// A stride that leaves pixels out, a pointwise one, none, wide kernels and borders, images smaller than the
/// kernel.
constexpr PatchShape shapes[] = {{2, 8, 8, 8, 3, 2, 1}, {3, 7, 10, 4, 3, 2, 1}, {2, 9, 6, 12, 1, 2, 0},
                                 {1, 5, 4, 4, 1, 1, 0}, {2, 6, 6, 4, 5, 1, 2},  {1, 2, 1, 8, 3, 1, 1},
                                 {1, 11, 8, 4, 2, 3, 0}};

/// body(place in the patches, place in the image or -1 outside) for every element of the patches, in order.
void for_each_element(const PatchShape& s, const std::function<void(std::size_t, std::int64_t)>& body) {
    std::size_t place = 0;
    for (std::int64_t n = 0; n < s.samples; ++n)
        for (std::int64_t y = 0; y < s.out_height(); ++y)
            for (std::int64_t x = 0; x < s.out_width(); ++x)
                for (std::int64_t ky = 0; ky < s.kernel; ++ky)
                    for (std::int64_t kx = 0; kx < s.kernel; ++kx)
                        for (std::int64_t c = 0; c < s.channels; ++c) {
                            const std::int64_t row = y * s.stride + ky - s.padding;
                            const std::int64_t column = x * s.stride + kx - s.padding;
                            const bool inside = row >= 0 && row < s.height && column >= 0 && column < s.width;
                            body(place++,
                                 inside ? ((n * s.height + row) * s.width + column) * s.channels + c : -1);
                        }
}

class Patches : public ::testing::TestWithParam<PatchShape> {
protected:
    const PatchShape s = GetParam();
    const std::int64_t elements = s.samples * s.height * s.width * s.channels;
    const std::int64_t patch_elements = s.rows() * s.columns();
};

TEST_P(Patches, HoldTheInputUnderEveryTap) {
    const std::vector<float> x = random_floats(elements, 1);
    const DeviceArray<float> image(x), patches(patch_elements);
    cuda::gather_patches(s, image.data(), patches.data(), test_stream());
    std::vector<float> expected(static_cast<std::size_t>(patch_elements));
    for_each_element(s, [&](std::size_t place, std::int64_t pixel) {
        expected[place] = pixel < 0 ? 0.0F : x[static_cast<std::size_t>(pixel)];
    });
    EXPECT_EQ(patches.values(), expected);
}

TEST_P(Patches, AddUpToTheGradientOfTheInput) {
    const std::vector<float> gradient = random_floats(patch_elements, 2);
    const DeviceArray<float> patches(gradient), dx(elements);
    cuda::sum_patches(s, patches.data(), dx.data(), test_stream());
    std::vector<float> expected(static_cast<std::size_t>(elements));
    for_each_element(s, [&](std::size_t place, std::int64_t pixel) {
        if (pixel >= 0) expected[static_cast<std::size_t>(pixel)] += gradient[place];
    });
    expect_close(dx.values(), expected, elements, 1e-5, 1e-5, "dx");
}

INSTANTIATE_TEST_SUITE_P(Shapes, Patches, ::testing::ValuesIn(shapes), [](const auto& test_info) {
    const PatchShape& s = test_info.param;
    return "n" + std::to_string(s.samples) + "_" + std::to_string(s.height) + "x" + std::to_string(s.width) +
           "_c" + std::to_string(s.channels) + "_kernel" + std::to_string(s.kernel) + "_stride" +
           std::to_string(s.stride);
});

TEST(PatchArguments, AreChecked) {
    const DeviceArray<float> memory(1024);
    const auto gather = [&](const PatchShape& shape, const float* x) {
        cuda::gather_patches(shape, x, memory.data() + 512, test_stream());
    };
    EXPECT_THROW(gather({1, 4, 4, 6, 3, 2, 1}, memory.data()), std::invalid_argument)
        << "channels by the four";
    EXPECT_THROW(gather({1, 4, 4, 4, 7, 1, 1}, memory.data()), std::invalid_argument)
        << "a kernel that never fits";
    EXPECT_THROW(gather({1, 4, 4, 4, 3, 0, 1}, memory.data()), std::invalid_argument);
    EXPECT_THROW(gather({1, 4, 4, 4, 3, 2, 1}, memory.data() + 1), std::invalid_argument)
        << "not at 16 bytes";
    EXPECT_THROW(gather({1, 4, 4, 4, 3, 2, 1}, nullptr), std::invalid_argument);
}

}  // namespace

}  // namespace arcmeter::kernels::test

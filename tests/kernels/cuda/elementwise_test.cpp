// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dropout.h"
#include "kernels/cpu/input_conversion.h"
#include "kernels/cuda/add.h"
#include "kernels/cuda/convert.h"
#include "kernels/cuda/dropout.h"
#include "kernels/cuda/fill.h"
#include "kernels/cuda/input_conversion.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

/// Fewer than an access, several blocks, and counts that no access or block divides.
constexpr std::int64_t awkward_counts[] = {1, 7, 1024, 8192, 10001};

/// Expects the same bits.
void expect_same(const Elements& actual, const Elements& expected, const std::string& what) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::int64_t i = 0; i < actual.size(); ++i) {
        ASSERT_EQ(float_bits(actual[i]), float_bits(expected[i])) << what << " [" << i << "]";
    }
}

TEST(CudaAdd, EqualsTheSumRoundedOnce) {
    for (const ElementType type : all_types) {
        for (const std::int64_t count : awkward_counts) {
            for (const std::size_t shift : {0, 1}) {
                const Elements a = random_elements(type, count, 1), b = random_elements(type, count, 2);
                const DeviceElements a_d(a, shift), b_d(b, shift), y(type, count, shift);
                cuda::add(type, count, a_d.data(), b_d.data(), y.data(), test_stream());
                Elements expected(type, count);
                for (std::int64_t i = 0; i < count; ++i) write_element(type, expected.data(), i, a[i] + b[i]);
                expect_same(y.values(), expected, name_of(type));
                cuda::add(type, count, a_d.data(), b_d.data(), a_d.data(), test_stream());
                expect_same(a_d.values(), expected, "in place");
            }
        }
    }
}

TEST(CudaFill, SetsExactlyCount) {
    for (const std::int64_t count : awkward_counts) {
        const DeviceArray<float> x(count, 1);
        cuda::fill(count, 2.5f, x.data(), test_stream());
        EXPECT_EQ(x.values(), std::vector<float>(static_cast<std::size_t>(count), 2.5f));
    }
}

TEST(CudaConvert, RoundsAsTheHostDoes) {
    for (const ElementType from : all_types) {
        for (const ElementType to : all_types) {
            for (const std::size_t shift : {0, 1}) {
                std::vector<float> values = random_floats(5003, 3, 0, 100);
                // Subnormal, tie and overflow of one half type or the other.
                values.insert(values.end(),
                              {1e-6f, -6.1e-5f, 2049.0f, 65519.0f, 65520.0f, -1e9f, 3e38f, 0.0f, -0.0f});
                const Elements x(from, values);
                const DeviceElements x_d(x, shift), y(to, x.size(), shift);
                cuda::convert(x.size(), from, x_d.data(), to, y.data(), test_stream());
                Elements expected(to, x.size());
                for (std::int64_t i = 0; i < x.size(); ++i) write_element(to, expected.data(), i, x[i]);
                expect_same(y.values(), expected, std::string(name_of(from)) + " to " + name_of(to));
            }
        }
    }
}

TEST(CudaReorder, LeadsToPaddedNhwcAndBack) {
    const cuda::ReorderArgs args{3, 5, 37, 8};
    const std::vector<float> x = random_floats(3 * 5 * 37, 4);
    const DeviceArray<float> x_d(x);
    for (const ElementType type : all_types) {
        const DeviceElements nhwc(type, 3 * 37 * 8);
        cuda::nchw_to_nhwc(args, x_d.data(), type, nhwc.data(), test_stream());
        const Elements stored = nhwc.values();
        Elements rounded(type, x);
        for (std::int64_t n = 0; n < 3; ++n) {
            for (std::int64_t s = 0; s < 37; ++s) {
                for (std::int64_t c = 0; c < 8; ++c) {
                    const float expected = c < 5 ? rounded[(n * 5 + c) * 37 + s] : 0.0f;
                    ASSERT_EQ(stored[(n * 37 + s) * 8 + c], expected) << n << " " << s << " " << c;
                }
            }
        }
        const DeviceArray<float> back(x_d.size());
        cuda::nhwc_to_nchw(args, type, nhwc.data(), back.data(), test_stream());
        expect_close(back.values(), rounded, back.size(), 0, 0, "back");
    }
}

TEST(CudaInputConversion, EqualsTheCpusInNhwc) {
    const std::int64_t batch = 3, height = 5, width = 7;
    std::mt19937 random(5);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(batch * height * width * 3));
    for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random());
    const std::vector<std::uint8_t> mirror = {0, 1, 0};
    const DeviceArray<std::uint8_t> pixels_d(pixels), mirror_d(mirror);
    Elements nchw(ElementType::f32, batch * 3 * height * width);
    cpu::input_conversion(
        {batch, height, width, pixels.data(), mirror.data(), 1 / 127.5f, ElementType::f32, nchw.data()});
    for (const ElementType type : all_types) {
        for (const std::int64_t channels : {3, 4, 8}) {
            SCOPED_TRACE(std::string(name_of(type)) + " " + std::to_string(channels));
            const DeviceElements output(type, batch * height * width * channels);
            cuda::input_conversion({batch, height, width, pixels_d.data(), mirror_d.data(), 1 / 127.5f, type,
                                    channels, output.data()},
                                   test_stream());
            Elements expected(type, batch * height * width * channels);
            for (std::int64_t i = 0; i < expected.size(); ++i) {
                const std::int64_t pixel = i / channels, c = i % channels, area = height * width;
                write_element(type, expected.data(), i,
                              c < 3 ? nchw[(pixel / area * 3 + c) * area + pixel % area] : 0.0f);
            }
            expect_same(output.values(), expected, "x");
        }
    }
}

TEST(CudaInputConversion, WithoutMirrorFlagsNothingIsFlipped) {
    const DeviceArray<std::uint8_t> pixels(std::vector<std::uint8_t>{0, 1, 2, 255, 254, 253});
    const DeviceArray<float> output(6);
    cuda::input_conversion({1, 1, 2, pixels.data(), nullptr, 2, ElementType::f32, 3, output.data()},
                           test_stream());
    EXPECT_EQ(output.values(), (std::vector<float>{-255, -253, -251, 255, 253, 251}));
}

TEST(CudaDropout, DrawsTheCpusMasks) {
    const ActivationLayout layout{3, 40, 49, 40};
    for (const ElementType type : all_types) {
        for (const std::size_t shift : {0, 1}) {
            for (const std::uint64_t step : {std::uint64_t(0), std::uint64_t(1) << 40}) {
                SCOPED_TRACE(name_of(type));
                const Elements x = random_elements(type, layout.elements(), 6);
                Elements expected(type, layout.elements());
                cpu::dropout({layout, type, x.data(), expected.data(), 0.4f, 77, step, 5});
                const DeviceElements x_d(x, shift), y(type, layout.elements(), shift);
                const auto state = step_state({{step, 0}, {}});
                cuda::dropout({3, 40, 49, type, x_d.data(), y.data(), 0.4f, 77, state.data(), 5},
                              test_stream());
                expect_same(y.values(), expected, "y");
            }
        }
    }
}

}  // namespace
}  // namespace arcmeter::kernels::test

// SPDX-License-Identifier: Apache-2.0
// The transforms around plain matrix products against plain convolutions.
#include "kernels/cuda/winograd.h"

#include <cmath>

#include "kernels/cpu/reference/convolution.h"
#include "kernels/math/tf32.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {

namespace {

struct Shape {
    std::int64_t samples, height, width, in, out;
    int tile = 4;

    std::int64_t points() const { return winograd_points(tile); }
    cuda::WinogradImages input() const { return {samples, height, width, in, tile}; }
    cuda::WinogradImages output() const { return {samples, height, width, out, tile}; }
    cuda::WinogradWeights weights() const { return {out, in, tile}; }
    /// Weights as the reference wants them, [out][in][3][3], of ours [out][3][3][in].
    cpu::reference::ConvolutionShape reference() const {
        return {samples, in, height, width, out, 3, 3, 1, 1, 1, in, out};
    }
    std::string name() const {
        return std::to_string(samples) + " of " + std::to_string(height) + " x " + std::to_string(width) +
               ", " + std::to_string(in) + " to " + std::to_string(out) + ", tiles of " +
               std::to_string(tile);
    }
};

/// Whole tiles, parts of tiles, images smaller than a tile, one channel.
constexpr Shape shapes[] = {{2, 8, 8, 16, 24},  {3, 7, 7, 32, 16},    {1, 14, 14, 40, 40},
                            {2, 5, 10, 3, 7},   {1, 1, 1, 8, 4},      {4, 2, 3, 1, 2},
                            {1, 9, 4, 33, 5},   {3, 7, 7, 32, 16, 7}, {2, 14, 14, 40, 24, 7},
                            {1, 1, 1, 8, 4, 7}, {2, 5, 10, 3, 7, 7},  {1, 28, 21, 64, 64, 7}};

std::vector<float> to_reference(const Shape& s, const std::vector<float>& krsc) {
    std::vector<float> kcrs(krsc.size());
    for (std::int64_t o = 0; o < s.out; ++o)
        for (std::int64_t k = 0; k < 9; ++k)
            for (std::int64_t i = 0; i < s.in; ++i)
                kcrs[static_cast<std::size_t>((o * s.in + i) * 9 + k)] =
                    krsc[static_cast<std::size_t>((o * 9 + k) * s.in + i)];
    return kcrs;
}

/// c[p][m][n] = sum over k of a[p][m][k] b[p][n][k], or with a[p][k][m] and b[p][k][n] where along_rows.
std::vector<float> multiply(std::int64_t points, const std::vector<float>& a, const std::vector<float>& b,
                            std::int64_t m, std::int64_t n, std::int64_t k, bool along_rows) {
    std::vector<float> c(static_cast<std::size_t>(points * m * n));
    for (std::int64_t p = 0; p < points; ++p) {
        for (std::int64_t i = 0; i < m; ++i) {
            for (std::int64_t j = 0; j < n; ++j) {
                double sum = 0;
                for (std::int64_t l = 0; l < k; ++l) {
                    const std::int64_t at_a = p * m * k + (along_rows ? l * m + i : i * k + l);
                    const std::int64_t at_b = p * n * k + (along_rows ? l * n + j : j * k + l);
                    sum += static_cast<double>(a[static_cast<std::size_t>(at_a)]) *
                           b[static_cast<std::size_t>(at_b)];
                }
                c[static_cast<std::size_t>((p * m + i) * n + j)] = static_cast<float>(sum);
            }
        }
    }
    return c;
}

/// A transform of a device array into one of `size` floats.
template <class Transform>
std::vector<float> transformed(const std::vector<float>& from, std::int64_t size, Transform transform) {
    const DeviceArray<float> from_d(from), to_d(size);
    transform(from_d.data(), to_d.data());
    return to_d.values();
}

std::vector<float> weights_of(const Shape& s, const std::vector<float>& w, bool rotated) {
    return transformed(w, s.points() * s.in * s.out, [&](const float* from, float* to) {
        cuda::winograd_weights(s.weights(), from, rotated, to, test_stream());
    });
}

std::vector<float> input_of(const cuda::WinogradImages& images, const std::vector<float>& x) {
    return transformed(x, images.transformed(), [&](const float* from, float* to) {
        cuda::winograd_input(images, from, to, test_stream());
    });
}

std::vector<float> output_of(const cuda::WinogradImages& images, const std::vector<float>& m) {
    return transformed(
        m, images.samples * images.height * images.width * images.channels,
        [&](const float* from, float* to) { cuda::winograd_output(images, from, to, test_stream()); });
}

/// Beside the direct sum of `terms` terms of order 1 the factors of tiles of 4, up to 8 x 8, cost some four
/// bits, and those of tiles of 7 three more.
double absolute(int tile, std::int64_t terms) {
    return (tile == 4 ? 1e-5 : 8e-5) * std::sqrt(static_cast<double>(terms));
}

class Winograd : public ::testing::TestWithParam<Shape> {
protected:
    const Shape s = GetParam();
    const std::int64_t pixels = s.samples * s.height * s.width;
    const std::vector<float> x = random_floats(pixels * s.in, 1), dy = random_floats(pixels * s.out, 2),
                             w = random_floats(s.out * 9 * s.in, 3);
};

TEST_P(Winograd, Forward) {
    std::vector<float> expected(dy.size());
    cpu::reference::convolution_forward(s.reference(), ElementType::f32, x.data(), to_reference(s, w).data(),
                                        expected.data());
    const auto m = multiply(s.points(), input_of(s.input(), x), weights_of(s, w, false), s.input().tiles(),
                            s.out, s.in, false);
    expect_close(output_of(s.output(), m), expected, pixels * s.out, 0, absolute(s.tile, 9 * s.in), "y");
}

TEST_P(Winograd, DataGradient) {
    std::vector<float> expected(x.size());
    cpu::reference::convolution_data_gradient(s.reference(), ElementType::f32, dy.data(),
                                              to_reference(s, w).data(), expected.data());
    const auto m = multiply(s.points(), input_of(s.output(), dy), weights_of(s, w, true), s.output().tiles(),
                            s.in, s.out, false);
    expect_close(output_of(s.input(), m), expected, pixels * s.in, 0, absolute(s.tile, 9 * s.out), "dx");
}

TEST_P(Winograd, WeightGradient) {
    std::vector<float> expected(w.size());
    cpu::reference::convolution_weight_gradient(s.reference(), ElementType::f32, x.data(), dy.data(),
                                                expected.data());
    const auto gradient = transformed(dy, s.output().transformed(), [&](const float* from, float* to) {
        cuda::winograd_output_adjoint(s.output(), from, to, test_stream());
    });
    const auto u =
        multiply(s.points(), gradient, input_of(s.input(), x), s.out, s.in, s.input().tiles(), true);
    const auto actual = transformed(u, s.out * 9 * s.in, [&](const float* from, float* to) {
        cuda::winograd_weights_adjoint(s.weights(), 1, from, to, test_stream());
    });
    expect_close(to_reference(s, actual), expected, s.out * 9 * s.in, 0, absolute(s.tile, pixels), "dw");
}

/// [points][3][out][in] is as good as the sums of its three parts.
TEST_P(Winograd, TheWeightGradientOfParts) {
    constexpr std::int64_t parts = 3;
    const std::int64_t size = s.out * s.in;
    const std::vector<float> apart = random_floats(s.points() * parts * size, 4);
    std::vector<float> sums(static_cast<std::size_t>(s.points() * size));
    for (std::size_t i = 0; i < apart.size(); ++i) {
        const auto whole = static_cast<std::size_t>(size);
        sums[i / (parts * whole) * whole + i % whole] += apart[i];
    }
    const auto gradient = [&](const std::vector<float>& u, std::int64_t count) {
        return transformed(u, 9 * size, [&](const float* from, float* to) {
            cuda::winograd_weights_adjoint(s.weights(), count, from, to, test_stream());
        });
    };
    expect_close(gradient(apart, parts), gradient(sums, 1), 9 * size, 0, 1e-5, "dw");
}

/// Terms of order 1 with ten bits each.
double tf32_absolute(std::int64_t terms) {
    return 4e-3 * std::sqrt(static_cast<double>(terms));
}

/// c[point][part][m][n] = sum over rows of a[point][part][m][rows] b[point][part][n][rows]
TEST_P(Winograd, TheWeightGradientOfRows) {
    std::vector<float> expected(w.size());
    cpu::reference::convolution_weight_gradient(s.reference(), ElementType::f32, x.data(), dy.data(),
                                                expected.data());
    cuda::WinogradImages input = s.input(), output = s.output();
    input.tile = output.tile = 2;
    for (const std::int64_t parts : {1, 3}) {
        const cuda::WinogradRows from{input, parts}, to{output, parts};
        const auto v = transformed(x, from.transformed(), [&](const float* image, float* rows) {
            cuda::winograd_input_rows(from, image, rows, test_stream());
        });
        const auto g = transformed(dy, to.transformed(), [&](const float* image, float* rows) {
            cuda::winograd_output_adjoint_rows(to, image, rows, test_stream());
        });
        for (const float value : v) ASSERT_EQ(value, round_to_tf32(value));
        const auto u = multiply(16 * parts, g, v, s.out, s.in, from.part_rows(), false);
        const auto actual = transformed(u, s.out * 9 * s.in, [&](const float* sums, float* dw) {
            cuda::winograd_weights_adjoint({s.out, s.in, 2}, parts, sums, dw, test_stream());
        });
        expect_close(to_reference(s, actual), expected, s.out * 9 * s.in, 0, tf32_absolute(pixels), "dw");
    }
}

TEST(RoundToTf32, KeepsTenBitsAndWhatIsNotFinite) {
    EXPECT_EQ(round_to_tf32(1 + 0x1p-10f), 1 + 0x1p-10f);
    EXPECT_EQ(round_to_tf32(1 + 0x1p-11f), 1 + 0x1p-10f) << "halves go away from zero";
    EXPECT_EQ(round_to_tf32(-1 - 0x1p-11f), -1 - 0x1p-10f);
    EXPECT_EQ(round_to_tf32(1 + 0x1p-12f), 1);
    EXPECT_TRUE(std::isnan(round_to_tf32(float_from_bits(0x7fffffffu))));
    EXPECT_TRUE(std::isnan(round_to_tf32(float_from_bits(0x7f800001u))));
    EXPECT_EQ(round_to_tf32(INFINITY), INFINITY);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Winograd, ::testing::ValuesIn(shapes), [](const auto& test_info) {
    const Shape& s = test_info.param;
    return "n" + std::to_string(s.samples) + "_" + std::to_string(s.height) + "x" + std::to_string(s.width) +
           "_c" + std::to_string(s.in) + "_k" + std::to_string(s.out) + "_tile" + std::to_string(s.tile);
});

}  // namespace

}  // namespace arcmeter::kernels::test

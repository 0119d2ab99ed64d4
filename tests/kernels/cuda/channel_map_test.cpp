// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/channel_map.h"

#include "kernels/cpu/batch_norm.h"
#include "kernels/cpu/reference/channel_map.h"
#include "tests/kernels/cuda/device_memory.h"

namespace arcmeter::kernels::test {
namespace {

/// Memory for the statistics of one tensor.
struct Statistics {
    DeviceArray<float> mean, variance, workspace;

    Statistics(std::int64_t rows, std::int64_t channels)
        : mean(channels),
          variance(channels),
          workspace(static_cast<std::int64_t>(cuda::channel_statistics_workspace(rows, channels))) {}

    cuda::StatisticsOutput output() const {
        return {mean.data(), variance.data(), workspace.data(), reduction_counters()};
    }
};

/// A BatchNorm's parameters and results, on the device and as the CPU's kernel wants them.
struct Norm {
    std::int64_t channels;
    std::vector<float> gamma, beta, running_mean, running_var;
    DeviceArray<float> gamma_d, beta_d, running_mean_d, running_var_d, inv_std, scale, shift;

    explicit Norm(std::int64_t count)
        : channels(count),
          gamma(random_floats(count, 30, 1, 0.3f)),
          beta(random_floats(count, 31)),
          running_mean(random_floats(count, 32)),
          running_var(random_floats(count, 33, 2, 0.1f)),
          gamma_d(gamma),
          beta_d(beta),
          running_mean_d(running_mean),
          running_var_d(running_var),
          inv_std(count),
          scale(count),
          shift(count) {}

    cuda::BatchNormFinalizeArgs args(const Statistics& statistics, std::int64_t rows) const {
        return {channels,
                rows,
                statistics.mean.data(),
                statistics.variance.data(),
                gamma_d.data(),
                beta_d.data(),
                2e-5f,
                0.9f,
                running_mean_d.data(),
                running_var_d.data(),
                inv_std.data(),
                scale.data(),
                shift.data()};
    }

    /// Expects what the CPU makes of the same statistics.
    void expect_finalized(const std::vector<float>& mean, const std::vector<float>& variance,
                          std::int64_t rows) {
        const auto size = static_cast<std::size_t>(channels);
        std::vector<float> inv(size), scale_ref(size), shift_ref(size);
        cpu::batch_norm_finalize({channels, rows, mean.data(), variance.data(), gamma.data(), beta.data(),
                                  2e-5f, 0.9f, running_mean.data(), running_var.data(), inv.data(),
                                  scale_ref.data(), shift_ref.data()});
        // The same formulas; a compiler may fuse a product with a sum.
        expect_close(inv_std.values(), inv, channels, 1e-7, 0, "inv_std");
        expect_close(scale.values(), scale_ref, channels, 2e-7, 0, "scale");
        expect_close(shift.values(), shift_ref, channels, 1e-6, 1e-6, "shift");
        expect_close(running_mean_d.values(), running_mean, channels, 1e-6, 1e-6, "running mean");
        expect_close(running_var_d.values(), running_var, channels, 1e-6, 1e-6, "running variance");
    }
};

void expect_statistics_of(const Elements& stored, const MatrixCase& c, const Statistics& statistics) {
    const auto channels = static_cast<std::size_t>(c.channels);
    std::vector<float> mean(channels), variance(channels);
    cpu::reference::channel_statistics(
        {c.layout(), c.type, stored.data(), mean.data(), variance.data(), nullptr});
    // Both read the same stored values; float sums over a thread's rows of one group.
    expect_close(statistics.mean.values(), mean, c.channels, 1e-6, 2e-6, "mean");
    expect_close(statistics.variance.values(), variance, c.channels, 5e-6, 1e-7, "variance");
}

TEST(CudaChannelStatistics, EqualTheReference) {
    for (const MatrixCase& c : awkward_matrices()) {
        SCOPED_TRACE(c.name());
        const Elements x = random_elements(c.type, c.count(), 1, 0.5f, 2.0f);
        const DeviceElements x_d(x, c.shift);
        const Statistics statistics(c.rows, c.channels);
        cuda::channel_statistics({c.rows, c.channels, c.type, x_d.data(), statistics.output()},
                                 test_stream());
        expect_statistics_of(x, c, statistics);
    }
}

TEST(CudaChannelStatistics, ALargeMeanCostsNoAccuracy) {
    const MatrixCase c{3136, 32, ElementType::f32, 0};
    const Elements x = random_elements(c.type, c.count(), 2, 1000.0f, 0.01f);
    const DeviceElements x_d(x);
    const Statistics statistics(c.rows, c.channels);
    cuda::channel_statistics({c.rows, c.channels, c.type, x_d.data(), statistics.output()}, test_stream());
    std::vector<float> mean(32), variance(32);
    cpu::reference::channel_statistics({c.layout(), c.type, x.data(), mean.data(), variance.data(), nullptr});
    // E[x^2] - E[x]^2 in float would be off by 600 times the variance. What is left is the rounding of each
    // group's mean to a float near 1000 (6e-5), squared.
    expect_close(statistics.variance.values(), variance, 32, 1e-3, 0, "variance");
}

TEST(CudaChannelStatistics, ANanReachesItsChannelOnly) {
    std::vector<float> values = random_floats(98 * 32, 3);
    values[97 * 32 + 20] = std::nanf("");
    const DeviceElements x(Elements(ElementType::f32, values));
    const Statistics statistics(98, 32);
    cuda::channel_statistics({98, 32, ElementType::f32, x.data(), statistics.output()}, test_stream());
    const std::vector<float> mean = statistics.mean.values(), variance = statistics.variance.values();
    for (std::size_t c = 0; c < 32; ++c) {
        EXPECT_EQ(std::isnan(mean[c]), c == 20) << c;
        EXPECT_EQ(std::isnan(variance[c]), c == 20) << c;
    }
}

TEST(CudaChannelStatistics, RepeatBitForBitWhateverTheOrderOfBlocks) {
    const Elements x = random_elements(ElementType::bf16, 5000 * 64, 4);
    const DeviceElements x_d(x);
    std::vector<float> first;
    for (int repeat = 0; repeat < 4; ++repeat) {
        const Statistics statistics(5000, 64);
        cuda::channel_statistics({5000, 64, ElementType::bf16, x_d.data(), statistics.output()},
                                 test_stream());
        const std::vector<float> variance = statistics.variance.values();
        if (repeat == 0) first = variance;
        EXPECT_EQ(variance, first);
    }
}

TEST(CudaChannelStatistics, FinishABatchNormInTheSameLaunch) {
    for (const auto& [rows, channels] :
         {std::pair<std::int64_t, std::int64_t>{1, 64}, {333, 200}, {64, 10}}) {
        SCOPED_TRACE(rows);
        const DeviceElements x(random_elements(ElementType::bf16, rows * channels, 5, 0.5f, 2.0f));
        const Statistics statistics(rows, channels);
        Norm norm(channels);
        const cuda::BatchNormFinalizeArgs finalize = norm.args(statistics, rows);
        cuda::channel_statistics(
            {rows, channels, ElementType::bf16, x.data(), statistics.output(), &finalize}, test_stream());
        norm.expect_finalized(statistics.mean.values(), statistics.variance.values(), rows);
    }
}

TEST(CudaBatchNorm, FinalizeAloneEqualsTheCpu) {
    for (const std::int64_t count : {1, 6272}) {
        const Statistics statistics(1, 200);
        const std::vector<float> mean = random_floats(200, 6), variance = random_floats(200, 7, 1, 0.1f);
        const DeviceArray<float> mean_d(mean), variance_d(variance);
        Norm norm(200);
        cuda::BatchNormFinalizeArgs args = norm.args(statistics, count);
        args.mean = mean_d.data();
        args.variance = variance_d.data();
        cuda::batch_norm_finalize(args, test_stream());
        norm.expect_finalized(mean, variance, count);
    }
}

TEST(CudaBatchNorm, FinalizeTakesMissingParametersAsOneAndZero) {
    const Statistics statistics(1, 3);
    const DeviceArray<float> mean(std::vector<float>{1, 2, 3}), variance(std::vector<float>{4, 4, 0.25f});
    const DeviceArray<float> inv_std(3), scale(3), shift(3);
    cuda::batch_norm_finalize({3, 10, mean.data(), variance.data(), nullptr, nullptr, 0, 0.9f, nullptr,
                               nullptr, inv_std.data(), scale.data(), shift.data()},
                              test_stream());
    EXPECT_EQ(inv_std.values(), (std::vector<float>{0.5f, 0.5f, 2}));
    EXPECT_EQ(scale.values(), (std::vector<float>{0.5f, 0.5f, 2}));
    EXPECT_EQ(shift.values(), (std::vector<float>{-0.5f, -1, -6}));
}

TEST(CudaBatchNorm, InferenceEqualsTheCpu) {
    Norm norm(130);
    cuda::batch_norm_inference(
        {130, norm.running_mean_d.data(), norm.running_var_d.data(), norm.gamma_d.data(), norm.beta_d.data(),
         1e-3f, norm.inv_std.data(), norm.scale.data(), norm.shift.data()},
        test_stream());
    std::vector<float> inv_std(130), scale(130), shift(130);
    cpu::batch_norm_inference({130, norm.running_mean.data(), norm.running_var.data(), norm.gamma.data(),
                               norm.beta.data(), 1e-3f, inv_std.data(), scale.data(), shift.data()});
    expect_close(norm.inv_std.values(), inv_std, 130, 1e-7, 0, "inv_std");
    expect_close(norm.scale.values(), scale, 130, 2e-7, 0, "scale");
    expect_close(norm.shift.values(), shift, 130, 1e-6, 1e-6, "shift");
}

/// One combination of what channel_map can be given.
struct MapCase {
    bool a_affine;
    bool b;
    bool b_affine;
    bool slope;
    bool statistics;
    int alias;  ///< output is: 0 an own buffer, 1 a, 2 b
};

constexpr MapCase map_cases[] = {
    {true, false, false, false, false, 0}, {true, false, false, true, true, 0},
    {false, true, false, false, false, 1}, {true, true, true, false, true, 2},
    {true, true, true, true, false, 0},    {false, false, false, true, true, 1},
    {true, true, false, false, true, 0},
};

void expect_map(const MatrixCase& c, const MapCase& map) {
    const Elements a = random_elements(c.type, c.count(), 10), b = random_elements(c.type, c.count(), 11);
    const std::vector<float> a_scale = random_floats(c.channels, 12, 1),
                             a_shift = random_floats(c.channels, 13),
                             b_scale = random_floats(c.channels, 14, 1),
                             b_shift = random_floats(c.channels, 15),
                             slope = random_floats(c.channels, 16, 0.25f, 0.1f);
    const DeviceElements a_d(a, c.shift), b_d(b, c.shift), y_d(c.type, c.count(), c.shift);
    const DeviceArray<float> a_scale_d(a_scale), a_shift_d(a_shift), b_scale_d(b_scale), b_shift_d(b_shift),
        slope_d(slope);
    const Statistics statistics(c.rows, c.channels);
    const DeviceElements& out = map.alias == 0 ? y_d : (map.alias == 1 ? a_d : b_d);

    cpu::ChannelMapArgs reference{c.layout(), c.type, {a.data(), nullptr, nullptr}, {}, nullptr};
    cuda::ChannelMapArgs args{c.rows, c.channels, c.type,     {a_d.data(), nullptr, nullptr},
                              {},     nullptr,    out.data(), {}};
    if (map.a_affine) {
        reference.a = {a.data(), a_scale.data(), a_shift.data()};
        args.a = {a_d.data(), a_scale_d.data(), a_shift_d.data()};
    }
    if (map.b) {
        reference.b = {b.data(), map.b_affine ? b_scale.data() : nullptr,
                       map.b_affine ? b_shift.data() : nullptr};
        args.b = {b_d.data(), map.b_affine ? b_scale_d.data() : nullptr,
                  map.b_affine ? b_shift_d.data() : nullptr};
    }
    if (map.slope) {
        reference.slope = slope.data();
        args.slope = slope_d.data();
    }
    if (map.statistics) args.statistics = statistics.output();
    Elements expected(c.type, c.count());
    reference.output = expected.data();
    cpu::reference::channel_map(reference);
    cuda::channel_map(args, test_stream());
    const Elements actual = out.values();
    // Terms of order 1 may cancel.
    expect_close(actual, expected, c.count(), stored_error(c.type), 2e-6, "y");
    if (map.statistics) expect_statistics_of(actual, c, statistics);
}

TEST(CudaChannelMap, EqualsTheReference) {
    for (const MatrixCase& c : awkward_matrices()) {
        for (std::size_t i = 0; i < std::size(map_cases); ++i) {
            if (map_cases[i].alias == 2 && !map_cases[i].b) continue;
            SCOPED_TRACE(c.name() + ", case " + std::to_string(i));
            expect_map(c, map_cases[i]);
        }
    }
}

TEST(CudaChannelMap, FinishesABatchNormOfItsOutput) {
    const std::int64_t rows = 196, channels = 72;
    const DeviceElements x(random_elements(ElementType::f16, rows * channels, 20)),
        y(ElementType::f16, rows * channels);
    const Statistics statistics(rows, channels);
    Norm norm(channels);
    const cuda::BatchNormFinalizeArgs finalize = norm.args(statistics, rows);
    cuda::channel_map({rows,
                       channels,
                       ElementType::f16,
                       {x.data(), nullptr, nullptr},
                       {},
                       nullptr,
                       y.data(),
                       statistics.output(),
                       &finalize},
                      test_stream());
    norm.expect_finalized(statistics.mean.values(), statistics.variance.values(), rows);
}

}  // namespace
}  // namespace arcmeter::kernels::test

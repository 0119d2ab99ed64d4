// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/channel_map.h"

#include "kernels/cpu/batch_norm.h"
#include "kernels/cpu/channel_statistics.h"
#include "kernels/cpu/reference/channel_map.h"
#include "tests/kernels/support.h"

namespace arcmeter::kernels::test {
namespace {

class ChannelStatistics : public EachIsa {};
class ChannelMap : public EachIsa {};

TEST_P(ChannelStatistics, EqualsTheReference) {
    for (const ActivationLayout& layout : awkward_layouts()) {
        for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
            SCOPED_TRACE(describe(layout, type));
            const Elements x = random_elements(type, layout.elements(), 1, 0.5f, 2.0f);
            std::vector<float> workspace(cpu::channel_statistics_workspace(layout));
            const std::size_t channels = static_cast<std::size_t>(layout.channels);
            std::vector<float> mean(channels), variance(channels), mean_ref(channels), variance_ref(channels);
            cpu::channel_statistics({layout, type, x.data(), mean.data(), variance.data(), workspace.data()});
            cpu::reference::channel_statistics(
                {layout, type, x.data(), mean_ref.data(), variance_ref.data(), nullptr});
            // Both read the same stored values; float sums over pieces of at most 2048 values.
            expect_close(mean, mean_ref, layout.channels, 1e-6, 2e-6, "mean");
            expect_close(variance, variance_ref, layout.channels, 5e-6, 1e-7, "variance");
        }
    }
}

TEST_P(ChannelStatistics, ALargeMeanCostsNoAccuracy) {
    const ActivationLayout layout{4, 32, 3136, 16};
    const Elements x = random_elements(ElementType::f32, layout.elements(), 2, 1000.0f, 0.01f);
    std::vector<float> workspace(cpu::channel_statistics_workspace(layout));
    std::vector<float> mean(32), variance(32), mean_ref(32), variance_ref(32);
    cpu::channel_statistics(
        {layout, ElementType::f32, x.data(), mean.data(), variance.data(), workspace.data()});
    cpu::reference::channel_statistics(
        {layout, ElementType::f32, x.data(), mean_ref.data(), variance_ref.data(), nullptr});
    // E[x^2] - E[x]^2 in float would be off by about 0.06 here, 600 times the variance. What is left is the
    // rounding of each piece's mean to a float near 1000 (6e-5), squared.
    expect_close(variance, variance_ref, 32, 1e-3, 0, "variance");
}

TEST_P(ChannelStatistics, ANanReachesItsChannelOnly) {
    const ActivationLayout layout{2, 32, 49, 16};
    std::vector<float> values = random_floats(layout.elements(), 3);
    values[static_cast<std::size_t>(layout.offset(1, 20, 48))] = std::nanf("");
    const Elements x(ElementType::f32, values);
    std::vector<float> workspace(cpu::channel_statistics_workspace(layout)), mean(32), variance(32);
    cpu::channel_statistics(
        {layout, ElementType::f32, x.data(), mean.data(), variance.data(), workspace.data()});
    for (std::size_t c = 0; c < 32; ++c) {
        EXPECT_EQ(std::isnan(mean[c]), c == 20) << c;
        EXPECT_EQ(std::isnan(variance[c]), c == 20) << c;
    }
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

const std::vector<MapCase>& map_cases() {
    static const std::vector<MapCase> cases = {
        {false, false, false, false, false, 0}, {true, false, false, false, true, 0},
        {true, false, false, true, false, 1},   {false, false, false, true, true, 0},
        {true, true, false, false, true, 2},    {true, true, true, true, true, 1},
        {false, true, true, true, false, 0},    {false, true, false, false, true, 0},
    };
    return cases;
}

struct MapData {
    Elements a, b, output;
    std::vector<float> parameters[5];
    std::vector<float> mean, variance, workspace;

    MapData(const ActivationLayout& layout, ElementType type)
        : a(random_elements(type, layout.elements(), 10)),
          b(random_elements(type, layout.elements(), 11)),
          output(type, layout.elements()),
          mean(static_cast<std::size_t>(layout.channels)),
          variance(static_cast<std::size_t>(layout.channels)),
          workspace(cpu::channel_statistics_workspace(layout)) {
        for (unsigned k = 0; k < 5; ++k) {
            parameters[k] = random_floats(layout.channels, 20 + k);
        }
    }

    const Elements& result(const MapCase& c) const { return c.alias == 0 ? output : (c.alias == 1 ? a : b); }

    cpu::ChannelMapArgs args(const ActivationLayout& layout, ElementType type, const MapCase& c) {
        cpu::ChannelMapArgs args{.layout = layout, .type = type, .a = {a.data()}, .b = {}};
        if (c.a_affine) {
            args.a = {a.data(), parameters[0].data(), parameters[1].data()};
        }
        if (c.b) {
            args.b = {b.data(), c.b_affine ? parameters[2].data() : nullptr,
                      c.b_affine ? parameters[3].data() : nullptr};
        }
        args.slope = c.slope ? parameters[4].data() : nullptr;
        args.output = c.alias == 0 ? output.data() : (c.alias == 1 ? a.data() : b.data());
        if (c.statistics) {
            args.mean = mean.data();
            args.variance = variance.data();
            args.workspace = workspace.data();
        }
        return args;
    }
};

void expect_map_equals_the_reference() {
    for (const ActivationLayout& layout : awkward_layouts()) {
        for (const ElementType type : {ElementType::f32, ElementType::bf16}) {
            for (const MapCase& c : map_cases()) {
                SCOPED_TRACE(describe(layout, type) + " case " + std::to_string(&c - map_cases().data()));
                MapData fast(layout, type);
                MapData plain(layout, type);
                cpu::channel_map(fast.args(layout, type, c));
                cpu::reference::channel_map(plain.args(layout, type, c));
                // Absolute: operands of order 1 to 10 cancel in the sum.
                expect_close(fast.result(c), plain.result(c), layout.elements(), storage_error(type), 4e-6,
                             "y");
                EXPECT_TRUE(fast.result(c).guards_intact());
                if (c.statistics) {
                    const double error = type == ElementType::f32 ? 1e-5 : 1e-3;
                    expect_close(fast.mean, plain.mean, layout.channels, error, error, "mean");
                    expect_close(fast.variance, plain.variance, layout.channels, error, error, "variance");
                }
            }
        }
    }
}

TEST_P(ChannelMap, EqualsTheReferenceInPlaceToo) {
    expect_map_equals_the_reference();
}

TEST_P(ChannelMap, EqualsTheReferenceWhenWrittenPastTheCaches) {
    const StreamEverything streaming;
    expect_map_equals_the_reference();
}

TEST_P(ChannelMap, StatisticsAreThoseOfTheStoredOutput) {
    const ActivationLayout layout{3, 48, 49, 16};
    MapData data(layout, ElementType::bf16);
    const MapCase c{true, true, false, true, true, 0};
    cpu::channel_map(data.args(layout, ElementType::bf16, c));
    std::vector<float> mean(48), variance(48);
    cpu::channel_statistics(
        {layout, ElementType::bf16, data.output.data(), mean.data(), variance.data(), data.workspace.data()});
    // The same values summed from another origin: float rounding only, while the unrounded output would be
    // off by about 1e-4.
    expect_close(data.mean, mean, 48, 1e-6, 1e-6, "mean");
    expect_close(data.variance, variance, 48, 5e-6, 1e-7, "variance");
}

ARCMETER_FOR_EACH_ISA(ChannelStatistics);
ARCMETER_FOR_EACH_ISA(ChannelMap);

TEST(BatchNorm, FinalizeMakesZeroMeanUnitVariance) {
    const float mean = 3, variance = 4, gamma = 2, beta = 5;
    float running_mean = 1, running_var = 1, inv_std = 0, scale = 0, shift = 0;
    cpu::batch_norm_finalize({1, 5, &mean, &variance, &gamma, &beta, 0.0f, 0.9f, &running_mean, &running_var,
                              &inv_std, &scale, &shift});
    EXPECT_FLOAT_EQ(inv_std, 0.5f);
    EXPECT_FLOAT_EQ(scale, 1.0f);
    EXPECT_FLOAT_EQ(shift, 2.0f);
    EXPECT_FLOAT_EQ(running_mean, 0.9f + 0.1f * 3);
    // The running variance takes the unbiased one: 4 * 5 / 4.
    EXPECT_FLOAT_EQ(running_var, 0.9f + 0.1f * 5);
}

TEST(BatchNorm, FinalizeWithoutGammaBetaAndRunningStatistics) {
    const float mean = 3, variance = 15;
    float inv_std = 0, scale = 0, shift = 0;
    cpu::batch_norm_finalize(
        {1, 1, &mean, &variance, nullptr, nullptr, 1.0f, 0.9f, nullptr, nullptr, &inv_std, &scale, &shift});
    EXPECT_FLOAT_EQ(scale, 0.25f);
    EXPECT_FLOAT_EQ(shift, -0.75f);
}

TEST(BatchNorm, InferenceUsesTheRunningStatistics) {
    const float mean = 3, variance = 15, gamma = 2, beta = 1;
    float inv_std = 0, scale = 0, shift = 0;
    cpu::batch_norm_inference({1, &mean, &variance, &gamma, &beta, 1.0f, &inv_std, &scale, &shift});
    EXPECT_FLOAT_EQ(inv_std, 0.25f);
    EXPECT_FLOAT_EQ(scale, 0.5f);
    EXPECT_FLOAT_EQ(shift, -0.5f);
}

}  // namespace
}  // namespace arcmeter::kernels::test

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/choice.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace arcmeter::backend::cuda {
namespace {

TEST(Allowed, Fp32NeverRunsOnTensorCores) {
    const EngineTraits tensor_cores{.tensor_cores = true};
    EXPECT_FALSE(allowed(tensor_cores, Arithmetic::fp32, false));
    for (const auto arithmetic : {Arithmetic::tf32, Arithmetic::fp16, Arithmetic::bf16}) {
        EXPECT_TRUE(allowed(tensor_cores, arithmetic, false));
    }
    EXPECT_TRUE(allowed({}, Arithmetic::fp32, true));
}

TEST(Allowed, NothingRoundsMoreThanItsNameSays) {
    for (const auto arithmetic : {Arithmetic::fp32, Arithmetic::tf32, Arithmetic::fp16, Arithmetic::bf16}) {
        EXPECT_FALSE(allowed({.down_converts_inputs = true}, arithmetic, false));
        EXPECT_FALSE(allowed({.reduced_precision_sums = true}, arithmetic, false));
    }
}

TEST(Allowed, DeterminismLeavesOutWhatDependsOnTheOrderOfBlocks) {
    const EngineTraits atomics{.nondeterministic = true};
    EXPECT_TRUE(allowed(atomics, Arithmetic::fp32, false));
    EXPECT_FALSE(allowed(atomics, Arithmetic::fp32, true));
}

/// Times by candidate: the brief one, then the thorough one; a missing time is a run that fails.
struct Times {
    std::optional<double> brief, thorough;
};

struct Measurements {
    std::vector<Times> times;
    std::map<std::size_t, int> thorough_looks = {};

    std::optional<Choice> choose() {
        return choose_fastest(times.size(), [this](std::size_t candidate, int runs) {
            if (runs == 1) return times[candidate].brief;
            ++thorough_looks[candidate];
            return times[candidate].thorough;
        });
    }
};

TEST(ChooseFastest, TheThoroughLookDecides) {
    Measurements measurements{{{50, 50}, {10, 12}, {11, 9}, {std::nullopt, 1}}};
    const auto choice = measurements.choose();
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->candidate, 2u);
    EXPECT_EQ(choice->microseconds, 9);
    EXPECT_EQ(measurements.thorough_looks, (std::map<std::size_t, int>{{1, 1}, {2, 1}}))
        << "neither the slow one nor the one that does not run is looked at again";
}

TEST(ChooseFastest, AmongEqualsTheLibrarysOwnOrderCounts) {
    Measurements measurements{{{10, 10}, {10, 10}}};
    EXPECT_EQ(measurements.choose()->candidate, 0u);
}

TEST(ChooseFastest, WhatFailsOnTheSecondLookIsNotChosenWhileAnotherRuns) {
    Measurements measurements{{{10, std::nullopt}, {11, 11}}};
    EXPECT_EQ(measurements.choose()->candidate, 1u);
}

TEST(ChooseFastest, NothingRuns) {
    Measurements measurements{{{std::nullopt, 1}, {std::nullopt, 1}}};
    EXPECT_FALSE(measurements.choose());
    EXPECT_FALSE(Measurements{}.choose());
}

TEST(ChooseFastest, ManyEqualCandidatesAreNotAllMeasuredTwice) {
    Measurements measurements{std::vector<Times>(100, {10, 10})};
    ASSERT_TRUE(measurements.choose());
    EXPECT_EQ(measurements.thorough_looks.size(), 8u);
}

TEST(EngineRecords, AnEngineFarBehindTwiceIsLeftOut) {
    EngineRecords records;
    EXPECT_TRUE(records.worth_measuring("slow"));
    records.add({{"fast", 10}, {"slow", 1000}});
    EXPECT_TRUE(records.worth_measuring("slow")) << "one product says little";
    records.add({{"fast", 10}, {"slow", 1000}});
    EXPECT_FALSE(records.worth_measuring("slow"));
    EXPECT_TRUE(records.worth_measuring("fast"));
    EXPECT_TRUE(records.worth_measuring("never measured"));
}

TEST(EngineRecords, ItsBestProductAndItsBestKnobsCount) {
    EngineRecords records;
    records.add({{"fast", 10}, {"other", 1000}, {"other", 30}});
    records.add({{"fast", 10}, {"other", 1000}});
    EXPECT_TRUE(records.worth_measuring("other"));
}

TEST(EngineRecords, WithoutANameNothingIsLeftOut) {
    EngineRecords records;
    for (int i = 0; i < 3; ++i) records.add({{"fast", 10}, {"", 1000}});
    EXPECT_TRUE(records.worth_measuring(""));
    records.add({});
    EXPECT_TRUE(records.worth_measuring("fast"));
}

TEST(Describe, EveryPartOfAShapeCounts) {
    const ConvolutionShape shape{64, 256, 128, 14, 15, 3, 2, 1};
    EXPECT_EQ(describe(Direction::data_gradient, shape),
              "data_gradient n64 c256 14x15 k128 3x3 stride 2 padding 1");
    const MatmulShape matmul{.transpose_b = true,
                             .m = 2,
                             .n = 3,
                             .k = 5,
                             .lda = 7,
                             .ldb = 11,
                             .ldc = 13,
                             .accumulate = true,
                             .float_output = false,
                             .bias = true};
    EXPECT_EQ(describe(matmul), "matmul nt m2 n3 k5 lda 7 ldb 11 ldc 13 accumulate bias");
    EXPECT_NE(describe(MatmulShape{.float_output = true}), describe(MatmulShape{.float_output = false}));
}

}  // namespace
}  // namespace arcmeter::backend::cuda

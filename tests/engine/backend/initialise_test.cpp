// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/initialise.h"

#include <gtest/gtest.h>

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace arcmeter::backend {
namespace {

std::vector<float> filled(graph::Initialiser initialiser, std::int64_t count, double stddev = 0,
                          std::uint64_t key = 1) {
    graph::Tensor tensor{
        .name = "t", .shape = {1, count, 1, 1}, .initialiser = initialiser, .initial_stddev = stddev};
    std::vector<float> values(static_cast<std::size_t>(count), -7.0f);
    fill_initial(tensor, key, values);
    return values;
}

struct Moments {
    double mean = 0, deviation = 0, beyond_two = 0;
};

Moments moments_of(const std::vector<float>& values) {
    Moments out;
    for (const float value : values) out.mean += value;
    out.mean /= static_cast<double>(values.size());
    for (const float value : values) out.deviation += (value - out.mean) * (value - out.mean);
    out.deviation = std::sqrt(out.deviation / static_cast<double>(values.size()));
    for (const float value : values) out.beyond_two += std::abs(value - out.mean) > 2 * out.deviation;
    out.beyond_two /= static_cast<double>(values.size());
    return out;
}

TEST(Initialise, Constants) {
    EXPECT_EQ(filled(graph::Initialiser::zero, 5), std::vector<float>(5, 0.0f));
    EXPECT_EQ(filled(graph::Initialiser::one, 5), std::vector<float>(5, 1.0f));
    EXPECT_EQ(filled(graph::Initialiser::prelu_slope, 5), std::vector<float>(5, 0.25f));
    EXPECT_EQ(filled(graph::Initialiser::none, 5), std::vector<float>(5, -7.0f));
}

/// Of 400,000 normal values the mean is within 4 standard errors (6e-4 of 0.1), the deviation within 0.5 %,
/// and 4.55 % lie beyond two deviations.
TEST(Initialise, NormalValues) {
    const Moments moments = moments_of(filled(graph::Initialiser::normal, 400'001, 0.1));
    EXPECT_NEAR(moments.mean, 0, 6.4e-4);
    EXPECT_NEAR(moments.deviation, 0.1, 5e-4);
    EXPECT_NEAR(moments.beyond_two, 0.0455, 0.0015);
}

TEST(Initialise, KaimingFanOut) {
    graph::Tensor tensor{.shape = {64, 128, 3, 3}, .initialiser = graph::Initialiser::kaiming_fan_out};
    std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
    fill_initial(tensor, 1, values);
    EXPECT_NEAR(moments_of(values).deviation, std::sqrt(2.0 / (64 * 9)), 0.0006);
}

TEST(Initialise, EveryLengthIsFilledAndStartsAlike) {
    const std::vector<float> longest = filled(graph::Initialiser::normal, 9, 1);
    for (std::int64_t count = 1; count < 9; ++count) {
        const std::vector<float> values = filled(graph::Initialiser::normal, count, 1);
        EXPECT_TRUE(std::equal(values.begin(), values.end(), longest.begin())) << count;
    }
}

/// Class centres are made piece by piece where the host cannot hold them all.
TEST(Initialise, PiecesAreThoseOfTheWhole) {
    const std::vector<float> whole = filled(graph::Initialiser::normal, 23, 1);
    const graph::Tensor tensor{
        .name = "t", .shape = {1, 23, 1, 1}, .initialiser = graph::Initialiser::normal, .initial_stddev = 1};
    std::vector<float> pieces(23);
    fill_initial(tensor, 1, std::span(pieces).first(8));
    fill_initial(tensor, 1, std::span(pieces).subspan(8), 8);
    EXPECT_EQ(pieces, whole);
}

/// A rank's class centres are its rows of the one matrix, wherever its shard begins and however it is filled.
TEST(Initialise, ShardsArePartsOfTheWhole) {
    const std::vector<float> whole = filled(graph::Initialiser::normal, 23, 1);
    for (std::int64_t first = 0; first < 23; ++first) {
        const graph::Tensor shard{.name = "t",
                                  .shape = {1, 23 - first, 1, 1},
                                  .initialiser = graph::Initialiser::normal,
                                  .initial_stddev = 1,
                                  .initial_first = first};
        std::vector<float> values(static_cast<std::size_t>(23 - first));
        fill_initial(shard, 1, std::span(values).first(1));
        fill_initial(shard, 1, std::span(values).subspan(1), 1);
        EXPECT_TRUE(std::equal(values.begin(), values.end(), whole.begin() + first)) << first;
    }
}

TEST(Initialise, DoesNotDependOnThreads) {
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const std::vector<float> one = filled(graph::Initialiser::normal, 1001, 1);
    omp_set_num_threads(3);
    EXPECT_EQ(filled(graph::Initialiser::normal, 1001, 1), one);
    omp_set_num_threads(threads);
}

TEST(Initialise, KeysTellSeedsAndNamesApart) {
    EXPECT_NE(tensor_key(0, "a"), tensor_key(1, "a"));
    EXPECT_NE(tensor_key(0, "a"), tensor_key(0, "b"));
    EXPECT_EQ(tensor_key(5, "conv1.weight"), tensor_key(5, "conv1.weight"));
    EXPECT_NE(filled(graph::Initialiser::normal, 8, 1, 1), filled(graph::Initialiser::normal, 8, 1, 2));
}

}  // namespace
}  // namespace arcmeter::backend

// SPDX-License-Identifier: Apache-2.0
// The three strategies on several ranks against the unchunked head of the whole batch and all classes in
// double precision; each rank checks its own samples and classes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "kernels/cpu/class_sampling.h"
#include "tests/engine/backend/network_support.h"
#include "tests/engine/head/head_support.h"
#include "tests/engine/ranks/ranks_main.h"

namespace arcmeter::head {
namespace {

using namespace test;
using namespace comm::test;
using backend::test::relative_distance;
using protocol::Loss;
using protocol::Parallelism;

/// As full_softmax_test: FP32 cosines, scaled by 64.
constexpr double loss_tolerance = 2e-5;
constexpr double gradient_tolerance = 2e-4;

HeadSetup on_ranks(Parallelism parallelism, double ratio = 1.0) {
    return {.parallelism = parallelism,
            .sample_ratio = ratio,
            .seed = 17,
            .step = 3,
            .communicator = &communicator()};
}

/// Global batch of `each` samples on every rank.
HeadData data_of(std::int64_t each, std::int64_t width, std::int64_t classes) {
    return HeadData({each * world_size(), width, classes});
}

/// Rows of the whole matrix that some rank samples: the same function of seed, step and shard as the heads'.
std::vector<std::int32_t> sampled_rows(const HeadData& data, const HeadSetup& setup) {
    std::vector<std::int32_t> all;
    for (std::int64_t r = 0; r < world_size(); ++r) {
        const Shard shard = shard_of(data.shape.classes, {r, world_size()});
        std::vector<std::int32_t> positives(data.labels.size());
        positives.resize(static_cast<std::size_t>(
            kernels::cpu::collect_positives(data.labels, shard.first, shard.classes, positives.data())));
        const auto sample =
            std::max<std::int64_t>(1, std::llround(setup.sample_ratio * static_cast<double>(shard.classes)));
        std::vector<std::int32_t> rows(static_cast<std::size_t>(
            kernels::cpu::sampled_count(static_cast<std::int64_t>(positives.size()), shard.classes, sample)));
        const std::uint64_t seed = setup.seed + 0x9e3779b97f4a7c15ull * static_cast<std::uint64_t>(r);
        kernels::cpu::sample_classes(positives, shard.classes, sample, seed, setup.step, rows.data());
        for (const std::int32_t row : rows) all.push_back(static_cast<std::int32_t>(row + shard.first));
    }
    return all;
}

/// Centres and momentum after one SGD step on the given rows.
struct Updated {
    std::vector<float> centres, momentum;
};

Updated updated(const HeadData& data, const std::vector<std::int32_t>& rows,
                const std::vector<float>& gradient) {
    Updated out{data.centres, data.momentum};
    const auto width = static_cast<std::size_t>(data.shape.width);
    for (std::size_t j = 0; j < rows.size(); ++j) {
        for (std::size_t k = 0; k < width; ++k) {
            const std::size_t at = static_cast<std::size_t>(rows[j]) * width + k;
            out.momentum[at] = static_cast<float>(0.9 * data.momentum[at] -
                                                  rate * (gradient[j * width + k] + 5e-4 * data.centres[at]));
            out.centres[at] = data.centres[at] + out.momentum[at];
        }
    }
    return out;
}

std::vector<float> part_of(const std::vector<float>& matrix, std::int64_t first_row, std::size_t values,
                           std::int64_t width) {
    const auto begin = matrix.begin() + first_row * width;
    return {begin, begin + static_cast<std::ptrdiff_t>(values)};
}

void expect_agreement(const HeadData& data, const HeadSetup& setup) {
    const bool is_sampled = setup.parallelism == Parallelism::partial_fc;
    const std::vector<std::int32_t> rows = is_sampled ? sampled_rows(data, setup) : all_rows(data.shape);
    ASSERT_EQ(std::set<std::int32_t>(rows.begin(), rows.end()).size(), rows.size());
    const HeadResult expected = plain_head(data, setup.loss, rows);
    const HeadRun run = run_head(data, setup);
    EXPECT_NEAR(run.result.loss, expected.loss, loss_tolerance * expected.loss + 1e-9);
    EXPECT_NEAR(run.result.accuracy, expected.accuracy, 1e-6);
    const std::int64_t width = data.shape.width;
    const std::int64_t first_sample = rank() * (data.shape.batch / world_size());
    EXPECT_LE(relative_distance(run.result.d_embedding, part_of(expected.d_embedding, first_sample,
                                                                run.result.d_embedding.size(), width)),
              gradient_tolerance);
    const Updated after = updated(data, rows, expected.gradient);
    EXPECT_LE(
        relative_distance(run.momentum, part_of(after.momentum, run.first_class, run.momentum.size(), width)),
        gradient_tolerance);
    EXPECT_LE(
        relative_distance(run.centres, part_of(after.centres, run.first_class, run.centres.size(), width)),
        gradient_tolerance);
    const std::set<std::int32_t> used(rows.begin(), rows.end());
    for (std::size_t at = 0; at < run.centres.size(); ++at) {
        const std::int64_t row = run.first_class + static_cast<std::int64_t>(at) / width;
        if (used.contains(static_cast<std::int32_t>(row))) continue;
        const std::size_t in_whole = static_cast<std::size_t>(run.first_class * width) + at;
        ASSERT_EQ(run.centres[at], data.centres[in_whole]) << "row " << row << " was not sampled";
        ASSERT_EQ(run.momentum[at], data.momentum[in_whole]) << "row " << row << " was not sampled";
    }
}

class EveryStrategy : public ::testing::TestWithParam<Parallelism> {};

TEST_P(EveryStrategy, EveryLoss) {
    for (const Loss loss : {Loss::arcface, Loss::cosface, Loss::combined, Loss::softmax}) {
        HeadSetup setup = on_ranks(GetParam());
        setup.loss = loss;
        expect_agreement(data_of(3, 32, 60), setup);
    }
}

/// No number of ranks divides 11 or 61; a label is outside all shards but one.
TEST_P(EveryStrategy, UnevenShards) {
    expect_agreement(data_of(2, 16, 11), on_ranks(GetParam()));
    expect_agreement(data_of(2, 37, 61), on_ranks(GetParam()));
}

TEST_P(EveryStrategy, BatchOfOneOnEachRank) {
    expect_agreement(data_of(1, 16, 13), on_ranks(GetParam()));
}

TEST_P(EveryStrategy, OneClassForEachRank) {
    expect_agreement(data_of(2, 16, world_size()), on_ranks(GetParam()));
}

/// Width 512 makes chunks of 2048 classes.
TEST_P(EveryStrategy, SeveralChunks) {
    expect_agreement(data_of(2, 512, 9001), on_ranks(GetParam()));
}

TEST_P(EveryStrategy, RanksWithoutAPositive) {
    HeadData data = data_of(3, 16, 40);
    std::fill(data.labels.begin(), data.labels.end(), 1);
    expect_agreement(data, on_ranks(GetParam()));
}

TEST_P(EveryStrategy, AllPositivesOnTheLastRank) {
    HeadData data = data_of(3, 16, 40);
    for (std::size_t i = 0; i < data.labels.size(); ++i) data.labels[i] = i % 2 == 0 ? 39 : 38;
    expect_agreement(data, on_ranks(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Strategies, EveryStrategy,
                         ::testing::Values(Parallelism::data, Parallelism::model, Parallelism::partial_fc),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

/// Parts of one chunk, 1024 rows: a third one takes the buffer of the first again.
TEST(DataParallel, GradientInMorePartsThanBuffers) {
    HeadSetup setup = on_ranks(Parallelism::data);
    setup.bucket_bytes = 4096;
    expect_agreement(data_of(2, 1024, 3000), setup);
}

/// Everybody is right about the only class: loss 0.
TEST(DataParallel, OneClass) {
    const HeadRun run = run_head(data_of(2, 16, 1), on_ranks(Parallelism::data));
    EXPECT_EQ(run.result.loss, 0);
    EXPECT_EQ(run.result.accuracy, 1);
}

TEST(PartialFc, ATenthOfTheClasses) {
    expect_agreement(data_of(2, 32, 203), on_ranks(Parallelism::partial_fc, 0.1));
    expect_agreement(data_of(4, 512, 20'011), on_ranks(Parallelism::partial_fc, 0.25));
}

TEST(PartialFc, PositivesExceedTheSample) {
    HeadData data = data_of(8, 16, 50);
    for (std::size_t i = 0; i < data.labels.size(); ++i) data.labels[i] = static_cast<std::int32_t>(i % 50);
    expect_agreement(data, on_ranks(Parallelism::partial_fc, 0.01));
}

/// Shards of equal size with the same seed: what one rank draws says nothing about another's draws.
TEST(PartialFc, RanksDrawIndependently) {
    HeadData data = data_of(1, 16, 100 * world_size());
    std::fill(data.labels.begin(), data.labels.end(), 0);
    const std::vector<std::int32_t> rows = sampled_rows(data, on_ranks(Parallelism::partial_fc, 0.2));
    std::set<std::int32_t> within[2];
    for (const std::int32_t row : rows) {
        if (row < 200) within[row / 100].insert(row % 100);
    }
    EXPECT_NE(within[0], within[1]);
    expect_agreement(data, on_ranks(Parallelism::partial_fc, 0.2));
}

}  // namespace
}  // namespace arcmeter::head

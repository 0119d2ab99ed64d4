// SPDX-License-Identifier: Apache-2.0
// Each collective with values that differ from rank to rank, so that no rank passes by doing nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <vector>

#include "engine/train/cores.h"
#include "engine/train/rank_places.h"
#include "kernels/math/bfloat16.h"
#include "tests/engine/ranks/ranks_main.h"

namespace arcmeter::comm {
namespace {

using namespace comm::test;
using ::testing::HasSubstr;

/// Small, unlike each other, and summed exactly in FP32.
float value_of(std::int64_t of_rank, std::int64_t i) {
    return static_cast<float>((of_rank + 1) * (i % 1000 + 1));
}

std::vector<float> own_values(std::int64_t count) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(value_of(rank(), i));
    return values;
}

float sum_of(std::int64_t i) {
    float sum = 0;
    for (std::int64_t r = 0; r < world_size(); ++r) sum += value_of(r, i);
    return sum;
}

/// One element, a small message, and one that is sent in pieces.
constexpr std::int64_t sizes[] = {1, 1000, 1 << 20};

TEST(Collectives, AllReduceSums) {
    for (const std::int64_t count : sizes) {
        std::vector<float> values = own_values(count);
        wait_for(communicator().all_reduce(values.data(), count, ElementType::f32, Reduction::sum));
        for (std::int64_t i = 0; i < count; ++i)
            ASSERT_EQ(values[static_cast<std::size_t>(i)], sum_of(i)) << i;
    }
}

TEST(Collectives, AllReduceFindsTheMaximum) {
    // Which rank has the largest differs from element to element.
    std::vector<float> values;
    for (std::int64_t i = 0; i < 1000; ++i)
        values.push_back(static_cast<float>((rank() + i) % world_size()) - 10.0f);
    wait_for(communicator().all_reduce(values.data(), 1000, ElementType::f32, Reduction::max));
    for (const float value : values) ASSERT_EQ(value, static_cast<float>(world_size() - 1) - 10.0f);
}

/// Halves and quarters of small numbers are exact in bfloat16, and so are their sums.
TEST(Collectives, AllReduceSumsBfloat16) {
    std::vector<kernels::bfloat16> values;
    for (std::int64_t i = 0; i < 1000; ++i) {
        values.push_back(
            kernels::to_bfloat16(static_cast<float>(rank() + 1) * 0.25f * static_cast<float>(i % 8)));
    }
    wait_for(communicator().all_reduce(values.data(), 1000, ElementType::bf16, Reduction::sum));
    const float factor = static_cast<float>(world_size() * (world_size() + 1) / 2) * 0.25f;
    for (std::int64_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(kernels::to_float(values[static_cast<std::size_t>(i)]), factor * static_cast<float>(i % 8));
    }
}

TEST(Collectives, AllGatherKeepsTheOrderOfRanks) {
    for (const std::int64_t count : sizes) {
        const std::vector<float> mine = own_values(count);
        std::vector<float> all(static_cast<std::size_t>(count * world_size()), -1.0f);
        wait_for(communicator().all_gather(mine.data(), all.data(), count, ElementType::f32));
        for (std::int64_t i = 0; i < count * world_size(); ++i) {
            ASSERT_EQ(all[static_cast<std::size_t>(i)], value_of(i / count, i % count)) << i;
        }
    }
}

TEST(Collectives, AllGatherOfIntegers) {
    const std::int32_t mine[2] = {static_cast<std::int32_t>(rank()), -7};
    std::vector<std::int32_t> all(static_cast<std::size_t>(2 * world_size()));
    wait_for(communicator().all_gather(mine, all.data(), 2, ElementType::i32));
    for (std::int64_t r = 0; r < world_size(); ++r) {
        EXPECT_EQ(all[static_cast<std::size_t>(2 * r)], r);
        EXPECT_EQ(all[static_cast<std::size_t>(2 * r + 1)], -7);
    }
}

TEST(Collectives, ReduceScatterGivesEachRankItsRowsOfTheSum) {
    for (const std::int64_t count : sizes) {
        const std::vector<float> all = own_values(count * world_size());
        std::vector<float> mine(static_cast<std::size_t>(count), -1.0f);
        wait_for(communicator().reduce_scatter(all.data(), mine.data(), count, ElementType::f32));
        for (std::int64_t i = 0; i < count; ++i) {
            ASSERT_EQ(mine[static_cast<std::size_t>(i)], sum_of(rank() * count + i)) << i;
        }
    }
}

TEST(Collectives, BroadcastFromEachRank) {
    for (std::int64_t root = 0; root < world_size(); ++root) {
        std::vector<float> values = own_values(1000);
        wait_for(communicator().broadcast(values.data(), 1000, ElementType::f32, root));
        for (std::int64_t i = 0; i < 1000; ++i)
            ASSERT_EQ(values[static_cast<std::size_t>(i)], value_of(root, i));
    }
}

/// What each rank does before it is done when any has passed it.
TEST(Collectives, NobodyPassesABarrierBeforeAllHaveReachedIt) {
    const std::string folder = train::broadcast_text(
        communicator(), ::testing::TempDir() + "arcmeter_barrier_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    for (int round = 0; round < 20; ++round) {
        const auto file = [&](std::int64_t of_rank) {
            return folder + "/" + std::to_string(round) + "_" + std::to_string(of_rank);
        };
        std::ofstream(file(rank())) << "here";
        wait_for(communicator().barrier());
        for (std::int64_t r = 0; r < world_size(); ++r) ASSERT_TRUE(std::filesystem::exists(file(r))) << r;
    }
    wait_for(communicator().barrier());
    if (rank() == 0) std::filesystem::remove_all(folder);
}

/// Several are under way at a time, and may be waited for in any order.
TEST(Collectives, ManyAtATime) {
    constexpr std::int64_t count = 10'000;
    std::vector<std::vector<float>> buckets(8, own_values(count));
    std::vector<Request> requests;
    for (auto& bucket : buckets) {
        for (float& value : bucket) value += static_cast<float>(requests.size());
        requests.push_back(communicator().all_reduce(bucket.data(), count, ElementType::f32, Reduction::sum));
    }
    for (std::size_t b = buckets.size(); b-- > 0;) {
        wait_for(requests[b]);
        const float more = static_cast<float>(world_size()) * static_cast<float>(b);
        for (std::int64_t i = 0; i < count; ++i) {
            ASSERT_EQ(buckets[b][static_cast<std::size_t>(i)], sum_of(i) + more) << b;
        }
    }
}

TEST(Ranks, TextsOfDifferentLengthAreGathered) {
    const std::string mine(static_cast<std::size_t>(rank()) * 300, static_cast<char>('a' + rank()));
    const std::vector<std::string> all = train::gather_texts(communicator(), mine);
    ASSERT_EQ(static_cast<std::int64_t>(all.size()), world_size());
    for (std::int64_t r = 0; r < world_size(); ++r) {
        EXPECT_EQ(all[static_cast<std::size_t>(r)],
                  std::string(static_cast<std::size_t>(r) * 300, static_cast<char>('a' + r)));
    }
}

TEST(Ranks, AnotherProgramIsRefusedWhereItRuns) {
    EXPECT_NO_THROW(train::require_same_program(communicator(), "commit 1"));
    try {
        train::require_same_program(communicator(), rank() == 1 ? "commit 2" : "commit 1");
        EXPECT_NE(rank(), 1);
    } catch (const RankError& error) {
        EXPECT_EQ(error.rank(), 1);
        EXPECT_EQ(rank(), 1);
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        EXPECT_THAT(error.what(), HasSubstr("commit 2) than rank 0 (commit 1)"));
    }
}

TEST(Ranks, OfOneHostDivideItsCores) {
    EXPECT_EQ(job().local_rank(), rank());
    EXPECT_EQ(job().local_size(), world_size());
    const train::Cores before = train::process_cores();
    const train::Cores share = train::share_of_cores(before, rank(), world_size());
    EXPECT_EQ(train::take_cores(job()), share);
    EXPECT_EQ(train::process_cores(), share);
    const auto places =
        train::gather_places(communicator(), {0, "host", "cpu", train::to_text(share), rank() + 1});
    ASSERT_EQ(static_cast<std::int64_t>(places.size()), world_size());
    for (std::int64_t r = 0; r < world_size(); ++r) {
        const protocol::RankPlace& place = places[static_cast<std::size_t>(r)];
        EXPECT_EQ(place.rank, r);
        EXPECT_EQ(place.threads, r + 1);
        EXPECT_EQ(place.cores, train::to_text(train::share_of_cores(before, r, world_size())));
    }
    EXPECT_TRUE(train::pin_process(before));
}

}  // namespace
}  // namespace arcmeter::comm

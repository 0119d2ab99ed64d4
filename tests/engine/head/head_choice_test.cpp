// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/head/data_parallel.h"
#include "engine/head/model_parallel.h"
#include "engine/head/partial_fc.h"
#include "engine/protocol/error.h"

namespace arcmeter::head {
namespace {

TEST(HeadChoice, MarginsOfTheFourLosses) {
    const auto expect = [](protocol::Loss loss, double m1, double m2, double m3) {
        const graph::MarginSoftmaxAttributes margin = margin_of(loss);
        EXPECT_EQ(margin.m1, m1) << to_string(loss);
        EXPECT_EQ(margin.m2, m2) << to_string(loss);
        EXPECT_EQ(margin.m3, m3) << to_string(loss);
        EXPECT_EQ(margin.scale, 64);
    };
    expect(protocol::Loss::arcface, 1, 0.5, 0);
    expect(protocol::Loss::cosface, 1, 0, 0.4);
    expect(protocol::Loss::combined, 1, 0.3, 0.2);
    expect(protocol::Loss::softmax, 1, 0, 0);
}

TEST(HeadChoice, StrategyOfEachParallelism) {
    const auto data = make_head(protocol::Parallelism::data);
    const auto model = make_head(protocol::Parallelism::model);
    const auto partial = make_head(protocol::Parallelism::partial_fc);
    EXPECT_NE(dynamic_cast<const DataParallel*>(data.get()), nullptr);
    EXPECT_NE(dynamic_cast<const ModelParallel*>(model.get()), nullptr);
    EXPECT_NE(dynamic_cast<const PartialFc*>(partial.get()), nullptr);
}

/// Contiguous, in order, without gaps; the first C mod N have one more.
TEST(HeadChoice, ShardsDivideTheClasses) {
    for (const auto& [classes, ranks] :
         {std::pair<std::int64_t, std::int64_t>{10, 3}, {7, 7}, {85'742, 8}, {9, 1}}) {
        std::int64_t next = 0;
        for (std::int64_t rank = 0; rank < ranks; ++rank) {
            const Shard shard = shard_of(classes, {rank, ranks});
            EXPECT_EQ(shard.first, next);
            EXPECT_EQ(shard.classes, classes / ranks + (rank < classes % ranks ? 1 : 0));
            next += shard.classes;
        }
        EXPECT_EQ(next, classes);
    }
}

TEST(HeadChoice, MoreRanksThanClassesAreRefused) {
    try {
        shard_of(3, {0, 4});
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        EXPECT_EQ(std::string(error.what()),
                  "num_classes is 3; allowed: 4 or more, one for each rank that holds a shard of the class "
                  "centres.");
    }
}

/// As many centres as the bytes hold, at least 256 and never more than there are.
TEST(HeadChoice, ChunkSizes) {
    EXPECT_EQ(chunk_columns(512, 85'742, 4 << 20), 2048);
    EXPECT_EQ(chunk_columns(128, 85'742, 4 << 20), 8192);
    EXPECT_EQ(chunk_columns(512, 85'742, 32 << 20), 16'384);
    EXPECT_EQ(chunk_columns(512, 100, 4 << 20), 100);
    EXPECT_EQ(chunk_columns(1 << 20, 1000, 4 << 20), 256);
    EXPECT_EQ(chunk_columns(512, 1, 4 << 20), 1);
}

}  // namespace
}  // namespace arcmeter::head

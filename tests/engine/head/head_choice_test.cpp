// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/head/full_softmax.h"
#include "engine/head/partial_fc.h"

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
    const auto is_partial = [](protocol::Parallelism parallelism) {
        return dynamic_cast<const PartialFc*>(make_head(parallelism).get()) != nullptr;
    };
    EXPECT_TRUE(is_partial(protocol::Parallelism::partial_fc));
    EXPECT_FALSE(is_partial(protocol::Parallelism::data));
    EXPECT_FALSE(is_partial(protocol::Parallelism::model));
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

// SPDX-License-Identifier: Apache-2.0
#include "engine/data/synthetic_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/data/face_dataset.h"

namespace arcmeter::data {
namespace {

TEST(SyntheticSourceTest, ReturnsOneBatchAgainAndAgain) {
    SyntheticSource source(4, 10, 3);
    const Batch first = source.next();
    const Batch& second = source.next();
    EXPECT_EQ(first.images, second.images);
    EXPECT_EQ(first.labels, second.labels);
    EXPECT_EQ(second.size, 4);
    EXPECT_EQ(first.id, second.id);
    EXPECT_NE(first.id, 0u);
}

TEST(SyntheticSourceTest, LabelsFillTheRange) {
    SyntheticSource source(512, 5, 1);
    const Batch& batch = source.next();
    const std::set<std::int32_t> labels(batch.labels, batch.labels + batch.size);
    EXPECT_EQ(labels, (std::set<std::int32_t>{0, 1, 2, 3, 4}));
    SyntheticSource many(512, 2147483647, 1);
    const Batch& wide = many.next();
    EXPECT_GE(*std::min_element(wide.labels, wide.labels + wide.size), 0);
    // The largest of 512 lies below 0.9 of the range once in 10^23 seeds.
    EXPECT_GT(*std::max_element(wide.labels, wide.labels + wide.size), 1932735282);
}

TEST(SyntheticSourceTest, SeedAndRankDecideThePixels) {
    SyntheticSource source(1, 10, 3), again(1, 10, 3), other_seed(1, 10, 4), other_rank(1, 10, 3, 1);
    const auto equal = [&](SyntheticSource& other) {
        return std::equal(source.next().images, source.next().images + image_bytes, other.next().images);
    };
    EXPECT_TRUE(equal(again));
    EXPECT_FALSE(equal(other_seed));
    EXPECT_FALSE(equal(other_rank));
}

}  // namespace
}  // namespace arcmeter::data

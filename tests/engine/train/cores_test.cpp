// SPDX-License-Identifier: Apache-2.0
#include "engine/train/cores.h"

#include <gtest/gtest.h>

namespace arcmeter::train {
namespace {

TEST(Cores, AreDividedEvenlyAndWithoutGaps) {
    const Cores cores{0, 1, 2, 3, 8, 9, 10};
    for (std::int64_t ranks = 1; ranks <= 7; ++ranks) {
        Cores joined;
        for (std::int64_t rank = 0; rank < ranks; ++rank) {
            const Cores share = share_of_cores(cores, rank, ranks);
            EXPECT_GE(static_cast<std::int64_t>(share.size()), 7 / ranks);
            EXPECT_LE(static_cast<std::int64_t>(share.size()), (7 + ranks - 1) / ranks);
            joined.insert(joined.end(), share.begin(), share.end());
        }
        EXPECT_EQ(joined, cores) << ranks;
    }
}

TEST(Cores, AreSharedWhereRanksAreMore) {
    EXPECT_EQ(share_of_cores({4, 6}, 0, 3), (Cores{4}));
    EXPECT_EQ(share_of_cores({4, 6}, 1, 3), (Cores{6}));
    EXPECT_EQ(share_of_cores({4, 6}, 2, 3), (Cores{4}));
    EXPECT_EQ(share_of_cores({}, 0, 3), (Cores{}));
}

TEST(Cores, BoundProcessesShareNone) {
    EXPECT_TRUE(are_disjoint({{0, 1}, {2, 3}}));
    EXPECT_TRUE(are_disjoint({{0, 1}}));
    EXPECT_FALSE(are_disjoint({{0, 1}, {0, 1}}));
    EXPECT_FALSE(are_disjoint({{0, 1}, {1, 2}}));
}

TEST(Cores, AsText) {
    EXPECT_EQ(to_text({}), "");
    EXPECT_EQ(to_text({3}), "3");
    EXPECT_EQ(to_text({0, 1, 2, 3, 8}), "0-3,8");
    EXPECT_EQ(to_text({0, 2, 4, 5}), "0,2,4-5");
}

TEST(Cores, PinningIsSeenByTheProcess) {
    const Cores before = process_cores();
    ASSERT_FALSE(before.empty());
    EXPECT_TRUE(pin_process({before.back()}));
    EXPECT_EQ(process_cores(), (Cores{before.back()}));
    EXPECT_TRUE(pin_process(before));
    EXPECT_EQ(process_cores(), before);
}

}  // namespace
}  // namespace arcmeter::train

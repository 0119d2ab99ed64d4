// SPDX-License-Identifier: Apache-2.0
#include "engine/data/epoch_order.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace arcmeter::data {
namespace {

TEST(EpochOrderTest, VisitsEverythingOnce) {
    for (const std::uint64_t size : {1u, 2u, 3u, 4u, 5u, 16u, 17u, 63u, 64u, 65u, 1000u, 65537u}) {
        const EpochOrder order(size, 7, 3);
        std::vector<int> visits(size);
        for (std::uint64_t i = 0; i < size; ++i) {
            const std::uint64_t image = order(i);
            ASSERT_LT(image, size);
            ++visits[image];
        }
        EXPECT_EQ(visits, std::vector<int>(size, 1)) << size;
    }
}

TEST(EpochOrderTest, EpochsAndSeedsDiffer) {
    const EpochOrder order(1000, 7, 0), again(1000, 7, 0), other_epoch(1000, 7, 1), other_seed(1000, 8, 0);
    int same_epoch = 0, same_seed = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(order(i), again(i));
        same_epoch += order(i) == other_epoch(i);
        same_seed += order(i) == other_seed(i);
    }
    // Unrelated permutations agree in one place on average; 12 is beyond one in ten million.
    EXPECT_LT(same_epoch, 12);
    EXPECT_LT(same_seed, 12);
}

// Images of one identity lie side by side; an order that keeps neighbours together would give batches of few
// identities. Random places are size/3 apart on average, with a deviation of the mean of 0.24/sqrt(9999) of
// size.
TEST(EpochOrderTest, NeighboursAreScattered) {
    constexpr std::uint64_t size = 10000;
    const EpochOrder order(size, 1, 0);
    double distance = 0;
    for (std::uint64_t i = 1; i < size; ++i) {
        distance += std::abs(static_cast<double>(order(i)) - static_cast<double>(order(i - 1)));
    }
    EXPECT_NEAR(distance / (size - 1) / size, 1.0 / 3, 6 * 0.24 / std::sqrt(size - 1));
}

}  // namespace
}  // namespace arcmeter::data

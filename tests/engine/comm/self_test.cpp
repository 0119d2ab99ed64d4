// SPDX-License-Identifier: Apache-2.0
#include "engine/comm/self.h"

#include <gtest/gtest.h>

#include <vector>

namespace arcmeter::comm {
namespace {

TEST(SelfCommunicator, SumsAreWhatTheyWere) {
    SelfCommunicator self;
    std::vector<float> values{1, 2, 3};
    EXPECT_TRUE(self.wait(self.all_reduce(values.data(), 3, ElementType::f32, Reduction::sum)));
    EXPECT_EQ(values, (std::vector<float>{1, 2, 3}));
}

TEST(SelfCommunicator, GatheringAndScatteringCopy) {
    SelfCommunicator self;
    const std::vector<std::int32_t> mine{4, 5};
    std::vector<std::int32_t> all(2), back(2);
    EXPECT_TRUE(self.wait(self.all_gather(mine.data(), all.data(), 2, ElementType::i32)));
    EXPECT_EQ(all, mine);
    EXPECT_TRUE(self.wait(self.reduce_scatter(all.data(), back.data(), 2, ElementType::i32)));
    EXPECT_EQ(back, mine);
}

}  // namespace
}  // namespace arcmeter::comm

// SPDX-License-Identifier: Apache-2.0
// Rank 1 is alive but does not join the others: rank 0 ends with an error that names it. mpirun reports a job
// whose processes leave like this as failed, so ctest looks for the last line instead of the exit code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/engine/ranks/ranks_main.h"

namespace arcmeter::comm {
namespace {

using namespace comm::test;
using ::testing::HasSubstr;

TEST(LateRank, IsNamed) {
    job().set_timeout(std::chrono::seconds(1));
    if (rank() == 1) {
        std::this_thread::sleep_for(std::chrono::minutes(1));
        _exit(1);
    }
    float value = 1;
    try {
        communicator().wait(communicator().all_reduce(&value, 1, ElementType::f32, Reduction::sum));
        FAIL() << "the collective ended without rank 1";
    } catch (const RankError& error) {
        EXPECT_EQ(error.code(), ErrorCode::timeout);
        if (rank() == 0) {
            EXPECT_EQ(error.rank(), 1);
            EXPECT_THAT(error.what(),
                        HasSubstr("Rank 1 did not join a collective within 1 s, though it is alive"));
        }
    }
    if (HasFailure() || rank() != 0) _exit(1);
    std::puts("rank 0 named rank 1");
    std::fflush(stdout);
    _exit(1);
}

}  // namespace
}  // namespace arcmeter::comm

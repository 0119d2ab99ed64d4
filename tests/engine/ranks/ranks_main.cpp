// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/ranks/ranks_main.h"

#include <gtest/gtest.h>

#include <iostream>

namespace arcmeter::comm::test {
namespace {

comm::Job* the_job = nullptr;

}  // namespace

comm::Job& job() {
    return *the_job;
}
comm::Communicator& communicator() {
    return the_job->communicator();
}
std::int64_t rank() {
    return communicator().rank();
}
std::int64_t world_size() {
    return communicator().size();
}
void wait_for(comm::Request request) {
    ASSERT_TRUE(communicator().wait(request));
}

}  // namespace arcmeter::comm::test

int main(int argc, char** argv) {
    using namespace arcmeter;
    ::testing::InitGoogleTest(&argc, argv);
    std::atomic<bool> stop = false;
    const auto job = comm::join_job({&stop, {}});
    comm::test::the_job = job.get();
    if (comm::test::world_size() < 2) {
        std::cerr << "This test needs mpirun -n 2 or more.\n";
        return 1;
    }
    const int code = RUN_ALL_TESTS();
    if (code == 0) job->finish();  // after a failure other ranks may wait for ever: their time-out ends them
    return code;
}

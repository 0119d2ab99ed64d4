// SPDX-License-Identifier: Apache-2.0
// One of the processes of a test that mpirun started. Expectations hold on each rank; one that fails on any
// fails the test.
#pragma once

#include <cstdint>

#include "engine/comm/job.h"

namespace arcmeter::comm::test {

comm::Job& job();
comm::Communicator& communicator();
std::int64_t rank();
std::int64_t world_size();

/// Nothing is under way afterwards; fails the test if the collective did not end.
void wait_for(comm::Request request);

}  // namespace arcmeter::comm::test

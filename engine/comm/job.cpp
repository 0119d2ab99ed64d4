// SPDX-License-Identifier: Apache-2.0
#include "engine/comm/job.h"

#include "engine/comm/self.h"

namespace arcmeter::comm {
namespace {

class SingleJob : public Job {
public:
    Communicator& communicator() override { return communicator_; }
    std::int64_t local_rank() const override { return 0; }
    std::int64_t local_size() const override { return 1; }
    void set_timeout(std::chrono::seconds) override {}
    void report_error(const std::string&) override {}
    std::vector<std::int64_t> silent_ranks(std::chrono::milliseconds) override { return {}; }
    void finish() override {}

private:
    SelfCommunicator communicator_;
};

}  // namespace

std::unique_ptr<Job> single_job() {
    return std::make_unique<SingleJob>();
}

std::string mpi_unavailable_reason() {
    return ARCMETER_MPI_REASON;
}

#if !defined(ARCMETER_HAVE_MPI)

std::unique_ptr<Job> join_job(const JobOptions&) {
    throw Error(ErrorCode::invalid_config,
                "This process was started as one of several, but the engine has no MPI: " +
                    mpi_unavailable_reason() + ".");
}

std::string mpi_version() {
    return {};
}

#endif

}  // namespace arcmeter::comm

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>
#include <poll.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "engine/comm/job.h"

namespace arcmeter::comm {

/// Ranks joined by MPI, for buffers in host memory.
///
/// One thread, the job's own, makes every call of MPI, MPI_Init included. MPI moves large messages only while
/// one of its functions runs: were collectives started and waited for by the thread that computes, they would
/// stand still in between and nothing would be hidden. The thread polls with naps instead of spinning inside
/// a blocking call, because on a CPU it would take a core from the computation; and it sees a stop, an error
/// of another rank and a time-out while a collective is under way.
class MpiJob : public Job, private Communicator {
public:
    explicit MpiJob(const JobOptions& options);
    ~MpiJob() override;
    MpiJob(const MpiJob&) = delete;
    MpiJob& operator=(const MpiJob&) = delete;

    Communicator& communicator() override { return *this; }
    std::int64_t local_rank() const override { return local_rank_; }
    std::int64_t local_size() const override { return local_size_; }
    void set_timeout(std::chrono::seconds timeout) override;
    void report_error(const std::string& text) override;
    std::vector<std::int64_t> silent_ranks(std::chrono::milliseconds patience) override;
    void finish() override;

private:
    using Clock = std::chrono::steady_clock;

    struct Work {
        std::uint64_t number = 0;
        std::function<void(MPI_Request*)> start;
    };
    struct Sending {
        std::string text;
        bool is_report = false;
        MPI_Request request = MPI_REQUEST_NULL;
    };

    // Communicator, for the thread that computes.
    std::int64_t rank() const override { return rank_; }
    std::int64_t size() const override { return size_; }
    Request all_reduce(void* data, std::int64_t count, ElementType type, Reduction reduction) override;
    Request all_gather(const void* mine, void* all, std::int64_t count, ElementType type) override;
    Request reduce_scatter(const void* all, void* mine, std::int64_t count, ElementType type) override;
    Request broadcast(void* data, std::int64_t count, ElementType type, std::int64_t root) override;
    Request barrier() override;
    std::optional<double> wait(Request request) override;
    Request enqueue(std::function<void(MPI_Request*)> start);

    // The job's thread.
    void run();
    void open();
    void turn();
    bool has_next() const;
    void begin_next();
    void poll_active();
    void serve_control();
    void receive(const MPI_Status& status);
    void announce_stop();
    void watch_local_processes(MPI_Comm local);
    void look_for_ended_processes();
    void send(std::int64_t to, int tag, std::string text, std::uint64_t word);
    void poll_sends();
    void fail(std::exception_ptr error);
    RankError late_rank(double waited_s);
    std::map<std::int64_t, std::uint64_t> started_elsewhere();

    const JobOptions options_;
    std::int64_t rank_ = 0, size_ = 1, local_rank_ = 0, local_size_ = 1;

    // Of the job's thread alone.
    MPI_Comm collectives_ = MPI_COMM_NULL;
    MPI_Comm control_ = MPI_COMM_NULL;
    MPI_Op add_bf16_ = MPI_OP_NULL;
    MPI_Request active_ = MPI_REQUEST_NULL;
    std::uint64_t active_number_ = 0;
    Clock::time_point active_since_{};
    int fruitless_tests_ = 0;
    Clock::time_point control_due_{};
    bool stop_announced_ = false;
    std::list<Sending> sends_;
    std::vector<pollfd> local_processes_;  ///< rank 0: of the other ranks of its host
    std::map<std::int64_t, std::uint64_t> pongs_;

    std::mutex mutex_;  // guards everything below
    std::condition_variable changed_;
    bool ready_ = false;
    bool finishing_ = false;
    bool quitting_ = false;
    std::exception_ptr error_;
    std::chrono::seconds timeout_{60};
    std::uint64_t last_number_ = 0;
    std::deque<Work> queue_;
    std::map<std::uint64_t, double> done_;  // milliseconds of those nobody has waited for yet
    std::deque<std::string> reports_;
    std::uint64_t reports_given_ = 0, reports_taken_ = 0;
    std::vector<bool> stopping_;

    std::thread thread_;  // last member: what it uses is there before it
};

}  // namespace arcmeter::comm

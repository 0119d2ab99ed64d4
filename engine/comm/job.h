// SPDX-License-Identifier: Apache-2.0
// The processes that train together: their collectives, and the messages that must get through while a
// collective waits (a rank's error, a stop).
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/comm/communicator.h"
#include "engine/protocol/error.h"

namespace arcmeter::comm {

/// An error that a certain rank is the reason of, not the one that found it.
class RankError : public Error {
public:
    RankError(ErrorCode code, std::int64_t at_rank, const std::string& message, std::string hint = {})
        : Error(code, message, std::move(hint)), rank_(at_rank) {}
    std::int64_t rank() const { return rank_; }

private:
    std::int64_t rank_;
};

/// Thrown where a stop leaves nothing to go on with.
class Stopped : public std::exception {
public:
    const char* what() const noexcept override { return "the run is being stopped"; }
};

struct JobOptions {
    /// Both ways: once it is set here, the other ranks hear of it; once it is set there, it is set here.
    std::atomic<bool>* stop = nullptr;
    /// Rank 0: the text another rank gave to report_error. Called from the job's own thread.
    std::function<void(std::int64_t rank, const std::string& text)> on_error;
};

class Job {
public:
    virtual ~Job() = default;

    virtual Communicator& communicator() = 0;
    virtual std::int64_t local_rank() const = 0;  ///< among the ranks of this host
    virtual std::int64_t local_size() const = 0;

    /// A rank that does not join a collective for so long ends it with an error. Until this is called: one
    /// minute.
    virtual void set_timeout(std::chrono::seconds timeout) = 0;

    /// Any rank but 0: gives the text to rank 0's on_error; returns once that has begun, or after a second
    /// without an answer. From any thread.
    virtual void report_error(const std::string& text) = 0;

    /// Rank 0, after a stop: ranks that have not said within `patience` that they stop as well. They are
    /// lost.
    virtual std::vector<std::int64_t> silent_ranks(std::chrono::milliseconds patience) = 0;

    /// All ranks: nothing is under way any more, and MPI may end. A job that is destroyed without it leaves
    /// the process to be ended by _exit.
    virtual void finish() = 0;
};

/// Joins the other ranks of this launch (launch_place().size > 1). Throws Error(internal) where MPI does not
/// start, and Error(invalid_config) where this engine is built without MPI.
std::unique_ptr<Job> join_job(const JobOptions& options);

/// A run of one rank.
std::unique_ptr<Job> single_job();

/// MPI's name and version; empty where the engine is built without it.
std::string mpi_version();

/// Why there is none; empty where there is.
std::string mpi_unavailable_reason();

}  // namespace arcmeter::comm

// SPDX-License-Identifier: Apache-2.0
// The side of MpiJob that other threads see. mpi_thread.cpp has the job's own thread.
#include "engine/comm/mpi_job.h"

#include <unistd.h>

#include <climits>
#include <stdexcept>

#include "engine/comm/mpi_check.h"

namespace arcmeter::comm {

using namespace std::chrono_literals;

namespace {

MPI_Datatype mpi_type(ElementType type) {
    switch (type) {
        case ElementType::f32:
            return MPI_FLOAT;
        case ElementType::bf16:
            return MPI_UINT16_T;
        case ElementType::i32:
            return MPI_INT32_T;
        case ElementType::u8:
            return MPI_UINT8_T;
    }
    throw std::logic_error("mpi_type: unknown element type");
}

int mpi_count(std::int64_t count) {
    if (count < 0 || count > INT_MAX)
        throw std::logic_error("MPI counts elements of one message up to 2^31 - 1");
    return static_cast<int>(count);
}

}  // namespace

MpiJob::MpiJob(const JobOptions& options) : options_(options), thread_([this] { run(); }) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, 100ms, [&] { return ready_ || error_; })) {
        // MPI_Init waits for every rank and cannot be called off.
        if (options_.stop->load()) _exit(exit_stopped);
    }
    if (!error_) return;
    quitting_ = true;
    lock.unlock();
    thread_.join();
    std::rethrow_exception(error_);
}

MpiJob::~MpiJob() {
    {
        const std::lock_guard lock(mutex_);
        quitting_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void MpiJob::set_timeout(std::chrono::seconds timeout) {
    const std::lock_guard lock(mutex_);
    timeout_ = timeout;
}

void MpiJob::finish() {
    if (!wait(barrier())) return;
    {
        const std::lock_guard lock(mutex_);
        finishing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void MpiJob::report_error(const std::string& text) {
    std::unique_lock lock(mutex_);
    reports_.push_back(text);
    const std::uint64_t mine = ++reports_given_;
    changed_.notify_all();
    changed_.wait_for(lock, 1s, [&] { return reports_taken_ >= mine; });
}

std::vector<std::int64_t> MpiJob::silent_ranks(std::chrono::milliseconds patience) {
    std::vector<std::int64_t> silent;
    const auto find = [&] {
        silent.clear();
        for (std::int64_t rank = 0; rank < size_; ++rank) {
            if (!stopping_[static_cast<std::size_t>(rank)]) silent.push_back(rank);
        }
        return silent.empty();
    };
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, find);
    return silent;
}

Request MpiJob::enqueue(std::function<void(MPI_Request*)> start) {
    Request request;
    {
        const std::lock_guard lock(mutex_);
        request.number = ++last_number_;
        queue_.push_back({request.number, std::move(start)});
    }
    changed_.notify_all();
    return request;
}

std::optional<double> MpiJob::wait(Request request) {
    std::unique_lock lock(mutex_);
    const auto stopping = [&] { return static_cast<bool>(stopping_[static_cast<std::size_t>(rank_)]); };
    changed_.wait(lock, [&] { return done_.count(request.number) > 0 || error_ || stopping(); });
    if (const auto found = done_.find(request.number); found != done_.end()) {
        const double ms = found->second;
        done_.erase(found);
        return ms;
    }
    if (stopping()) return std::nullopt;
    std::rethrow_exception(error_);
}

Request MpiJob::all_reduce(void* data, std::int64_t count, ElementType type, Reduction reduction) {
    if (type == ElementType::bf16 && reduction == Reduction::max) {
        throw std::logic_error("all_reduce: no maximum of bf16");
    }
    return enqueue([=, this, elements = mpi_count(count)](MPI_Request* request) {
        const MPI_Op op = reduction == Reduction::max ? MPI_MAX
                          : type == ElementType::bf16 ? add_bf16_
                                                      : MPI_SUM;
        ARCMETER_MPI(MPI_Iallreduce(MPI_IN_PLACE, data, elements, mpi_type(type), op, collectives_, request));
    });
}

Request MpiJob::all_gather(const void* mine, void* all, std::int64_t count, ElementType type) {
    return enqueue([=, this, elements = mpi_count(count)](MPI_Request* request) {
        ARCMETER_MPI(MPI_Iallgather(mine, elements, mpi_type(type), all, elements, mpi_type(type),
                                    collectives_, request));
    });
}

Request MpiJob::reduce_scatter(const void* all, void* mine, std::int64_t count, ElementType type) {
    return enqueue([=, this, elements = mpi_count(count)](MPI_Request* request) {
        ARCMETER_MPI(
            MPI_Ireduce_scatter_block(all, mine, elements, mpi_type(type), MPI_SUM, collectives_, request));
    });
}

Request MpiJob::broadcast(void* data, std::int64_t count, ElementType type, std::int64_t root) {
    return enqueue([=, this, elements = mpi_count(count)](MPI_Request* request) {
        ARCMETER_MPI(
            MPI_Ibcast(data, elements, mpi_type(type), static_cast<int>(root), collectives_, request));
    });
}

Request MpiJob::barrier() {
    return enqueue([this](MPI_Request* request) { ARCMETER_MPI(MPI_Ibarrier(collectives_, request)); });
}

std::unique_ptr<Job> join_job(const JobOptions& options) {
    return std::make_unique<MpiJob>(options);
}

std::string mpi_version() {
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
    int length = 0;
    MPI_Get_library_version(text, &length);
    const std::string whole(text);
    return whole.substr(0, whole.find(','));
}

}  // namespace arcmeter::comm

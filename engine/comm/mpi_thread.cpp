// SPDX-License-Identifier: Apache-2.0
// The thread of MpiJob that makes every call of MPI.
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "engine/comm/mpi_check.h"
#include "engine/comm/mpi_job.h"
#include "kernels/math/bfloat16.h"

namespace arcmeter::comm {

using namespace std::chrono_literals;

namespace {

enum Tag : int {
    tag_error,     ///< to rank 0: text of an error
    tag_stop,      ///< from rank 0: stop
    tag_stopping,  ///< to rank 0: this rank stops
    tag_ping,      ///< from rank 0: how many collectives have you begun?
    tag_pong,      ///< the answer
};

constexpr auto control_interval = 1ms;
constexpr auto idle_interval = 2ms;
constexpr auto answer_patience = 2s;
/// What a process that leaves gives rank 0 to hear that it stops.
constexpr auto last_words = 500ms;
/// Rank 0 decides which rank is late; the others give it this much longer before they end on their own.
constexpr auto rank_zero_first = 3s;

extern "C" void add_bf16(void* in, void* inout, int* count, MPI_Datatype*) {
    const auto* a = static_cast<const kernels::bfloat16*>(in);
    auto* b = static_cast<kernels::bfloat16*>(inout);
    for (int i = 0; i < *count; ++i)
        b[i] = kernels::to_bfloat16(kernels::to_float(a[i]) + kernels::to_float(b[i]));
}

/// Short at first: small messages are through at once. Then as short as the system's timer allows.
void nap(int fruitless_tests) {
    if (fruitless_tests < 64) {
        sched_yield();
        return;
    }
    const timespec rest{0, 20'000};
    nanosleep(&rest, nullptr);
}

}  // namespace

void MpiJob::run() {
    try {
        open();
    } catch (...) {
        fail(std::current_exception());
        return;
    }
    for (;;) {
        bool finishing = false;
        {
            std::unique_lock lock(mutex_);
            if (quitting_) break;
            finishing = finishing_;
            if (active_ == MPI_REQUEST_NULL && !finishing) {
                changed_.wait_for(lock, idle_interval,
                                  [&] { return quitting_ || finishing_ || has_next() || !reports_.empty(); });
            }
        }
        if (finishing) {
            MPI_Finalize();
            return;
        }
        turn();
    }
    const Clock::time_point end = Clock::now() + last_words;
    while (!sends_.empty() && Clock::now() < end) {
        turn();
        std::this_thread::sleep_for(control_interval);
    }
}

void MpiJob::open() {
    prctl(PR_SET_TIMERSLACK, 1'000ul);
    int provided = 0;
    ARCMETER_MPI(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
    ARCMETER_MPI(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
    ARCMETER_MPI(MPI_Comm_dup(MPI_COMM_WORLD, &collectives_));
    ARCMETER_MPI(MPI_Comm_dup(MPI_COMM_WORLD, &control_));
    ARCMETER_MPI(MPI_Op_create(add_bf16, 1, &add_bf16_));
    int rank = 0, size = 1, local_rank = 0, local_size = 1;
    ARCMETER_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    ARCMETER_MPI(MPI_Comm_size(MPI_COMM_WORLD, &size));
    MPI_Comm local = MPI_COMM_NULL;
    ARCMETER_MPI(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &local));
    ARCMETER_MPI(MPI_Comm_rank(local, &local_rank));
    ARCMETER_MPI(MPI_Comm_size(local, &local_size));
    watch_local_processes(local);
    ARCMETER_MPI(MPI_Comm_free(&local));
    {
        const std::lock_guard lock(mutex_);
        rank_ = rank, size_ = size, local_rank_ = local_rank, local_size_ = local_size;
        stopping_.assign(static_cast<std::size_t>(size), false);
        ready_ = true;
    }
    changed_.notify_all();
}

/// mpirun tells the others of a killed process only after seconds; the system tells at once.
void MpiJob::watch_local_processes(MPI_Comm local) {
    int rank = 0, size = 1;
    ARCMETER_MPI(MPI_Comm_rank(local, &rank));
    ARCMETER_MPI(MPI_Comm_size(local, &size));
    const auto own = static_cast<std::int32_t>(getpid());
    std::vector<std::int32_t> all(static_cast<std::size_t>(size));
    ARCMETER_MPI(MPI_Allgather(&own, 1, MPI_INT32_T, all.data(), 1, MPI_INT32_T, local));
    int world_rank = 0;
    ARCMETER_MPI(MPI_Comm_rank(MPI_COMM_WORLD, &world_rank));
    if (world_rank != 0) return;
    for (const std::int32_t process : all) {
        if (process == own) continue;
        const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
        if (descriptor >= 0) local_processes_.push_back({descriptor, POLLIN, 0});
    }
}

/// Reported as a stop: the watcher of stops writes what has been measured and which rank does not answer.
void MpiJob::look_for_ended_processes() {
    if (local_processes_.empty()) return;
    if (poll(local_processes_.data(), local_processes_.size(), 0) <= 0) return;
    options_.stop->store(true);
    for (const pollfd& process : local_processes_) close(process.fd);
    local_processes_.clear();
}

/// One look at everything that may have happened.
void MpiJob::turn() {
    try {
        if (options_.stop->load() && !stop_announced_) announce_stop();
        if (Clock::now() >= control_due_) serve_control();
        if (stop_announced_) return;  // what is under way stays so: other ranks may never join it
        if (active_ == MPI_REQUEST_NULL) begin_next();
        if (active_ != MPI_REQUEST_NULL) poll_active();
    } catch (...) {
        fail(std::current_exception());
    }
    if (stop_announced_) std::this_thread::sleep_for(control_interval);
}

/// With the mutex held.
bool MpiJob::has_next() const {
    return !queue_.empty() && !error_ && !stop_announced_;
}

void MpiJob::begin_next() {
    Work work;
    {
        const std::lock_guard lock(mutex_);
        if (!has_next()) return;
        work = std::move(queue_.front());
        queue_.pop_front();
    }
    active_number_ = work.number;
    active_since_ = Clock::now();
    fruitless_tests_ = 0;
    work.start(&active_);
}

void MpiJob::poll_active() {
    int is_done = 0;
    ARCMETER_MPI(MPI_Test(&active_, &is_done, MPI_STATUS_IGNORE));
    const Clock::duration elapsed = Clock::now() - active_since_;
    if (is_done) {
        active_ = MPI_REQUEST_NULL;
        const std::lock_guard lock(mutex_);
        done_[active_number_] = std::chrono::duration<double, std::milli>(elapsed).count();
        changed_.notify_all();
        return;
    }
    Clock::duration patience;
    {
        const std::lock_guard lock(mutex_);
        patience = timeout_;
    }
    if (rank_ != 0) patience += rank_zero_first;
    if (elapsed > patience) {
        active_ = MPI_REQUEST_NULL;
        throw late_rank(std::chrono::duration<double>(elapsed).count());
    }
    nap(++fruitless_tests_);
}

/// Who has not begun the collective that this rank waits in: it works, sleeps, or is gone.
RankError MpiJob::late_rank(double waited_s) {
    const std::string waited = std::to_string(static_cast<std::int64_t>(waited_s)) + " s";
    const std::string hint =
        "A rank may be much slower than the others or its host overloaded; communication_timeout_s "
        "allows more time.";
    if (rank_ != 0) {
        return RankError(ErrorCode::timeout, rank_,
                         "Rank " + std::to_string(rank_) + " waited " + waited + " for other ranks.", hint);
    }
    const std::map<std::int64_t, std::uint64_t> answers = started_elsewhere();
    for (std::int64_t rank = 1; rank < size_; ++rank) {
        const auto answer = answers.find(rank);
        const std::string name = "Rank " + std::to_string(rank);
        if (answer == answers.end()) {
            return RankError(ErrorCode::rank_lost, rank,
                             name + " does not answer; the others waited " + waited + " for it.", hint);
        }
        if (answer->second < active_number_) {
            return RankError(ErrorCode::timeout, rank,
                             name + " did not join a collective within " + waited + ", though it is alive.",
                             hint);
        }
    }
    return RankError(ErrorCode::timeout, 0,
                     "A collective that every rank has joined did not end within " + waited + ".", hint);
}

std::map<std::int64_t, std::uint64_t> MpiJob::started_elsewhere() {
    pongs_.clear();
    for (std::int64_t rank = 1; rank < size_; ++rank) send(rank, tag_ping, {}, 0);
    const Clock::time_point end = Clock::now() + answer_patience;
    while (Clock::now() < end && static_cast<std::int64_t>(pongs_.size()) < size_ - 1) {
        serve_control();
        std::this_thread::sleep_for(control_interval);
    }
    return pongs_;
}

void MpiJob::announce_stop() {
    stop_announced_ = true;
    if (rank_ == 0) {
        for (std::int64_t rank = 1; rank < size_; ++rank) send(rank, tag_stop, {}, 0);
    } else {
        send(0, tag_stopping, {}, 0);
    }
    const std::lock_guard lock(mutex_);
    stopping_[static_cast<std::size_t>(rank_)] = true;
    changed_.notify_all();
}

void MpiJob::serve_control() {
    control_due_ = Clock::now() + control_interval;
    std::deque<std::string> reports;
    {
        const std::lock_guard lock(mutex_);
        reports.swap(reports_);
    }
    for (std::string& text : reports) send(0, tag_error, std::move(text), 0);
    poll_sends();
    for (;;) {
        int is_there = 0;
        MPI_Status status{};
        ARCMETER_MPI(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, control_, &is_there, &status));
        if (!is_there) break;
        receive(status);
    }
    look_for_ended_processes();  // after what such a process may have said before
}

void MpiJob::receive(const MPI_Status& status) {
    int bytes = 0;
    ARCMETER_MPI(MPI_Get_count(&status, MPI_BYTE, &bytes));
    std::string text(static_cast<std::size_t>(bytes), '\0');
    ARCMETER_MPI(MPI_Recv(text.data(), bytes, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG, control_,
                          MPI_STATUS_IGNORE));
    std::uint64_t word = 0;
    switch (status.MPI_TAG) {
        case tag_error:
            if (options_.on_error) options_.on_error(status.MPI_SOURCE, text);
            return;
        case tag_stop:
            options_.stop->store(true);
            return;
        case tag_stopping: {
            options_.stop->store(true);
            const std::lock_guard lock(mutex_);
            stopping_[static_cast<std::size_t>(status.MPI_SOURCE)] = true;
            changed_.notify_all();
            return;
        }
        case tag_ping:
            send(status.MPI_SOURCE, tag_pong, {}, active_number_);
            return;
        case tag_pong:
            std::memcpy(&word, text.data(), std::min(sizeof word, text.size()));
            pongs_[status.MPI_SOURCE] = word;
            return;
        default:
            return;
    }
}

/// `word` is sent where there is no text. Synchronous sends end when they are received: then a report has
/// been read.
void MpiJob::send(std::int64_t to, int tag, std::string text, std::uint64_t word) {
    Sending& sending = sends_.emplace_back();
    sending.text = std::move(text);
    sending.is_report = tag == tag_error;
    if (!sending.is_report) sending.text.assign(reinterpret_cast<const char*>(&word), sizeof word);
    ARCMETER_MPI(MPI_Issend(sending.text.data(), static_cast<int>(sending.text.size()), MPI_BYTE,
                            static_cast<int>(to), tag, control_, &sending.request));
}

void MpiJob::poll_sends() {
    for (auto sending = sends_.begin(); sending != sends_.end();) {
        int is_done = 0;
        ARCMETER_MPI(MPI_Test(&sending->request, &is_done, MPI_STATUS_IGNORE));
        if (!is_done) {
            ++sending;
            continue;
        }
        if (sending->is_report) {
            const std::lock_guard lock(mutex_);
            ++reports_taken_;
            changed_.notify_all();
        }
        sending = sends_.erase(sending);
    }
}

void MpiJob::fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
    changed_.notify_all();
}

}  // namespace arcmeter::comm

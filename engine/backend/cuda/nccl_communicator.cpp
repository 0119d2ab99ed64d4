// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/nccl_communicator.h"

#include <stdexcept>
#include <string>
#include <thread>

#include "engine/comm/job.h"

namespace arcmeter::backend::cuda {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using comm::ElementType;
using comm::Request;

namespace {

constexpr auto polling_interval = 50us;
/// What a communicator that is not needed any more may take to end in order.
constexpr auto farewell = 2s;

int nccl_type(ElementType type) {
    switch (type) {
        case ElementType::f32:
            return nccl_float;
        case ElementType::bf16:
            return nccl_bfloat16;
        case ElementType::i32:
            return nccl_int32;
        case ElementType::u8:
            return nccl_uint8;
    }
    throw std::logic_error("nccl_type: unknown element type");
}

std::string seconds(Clock::duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

}  // namespace

NcclCommunicator::NcclCommunicator(const NcclApi& api, comm::Communicator& host, cudaStream_t compute,
                                   const NcclOptions& options)
    : api_(api), compute_(compute), options_(options), rank_(host.rank()), size_(host.size()) {
    join(host);
}

NcclCommunicator::~NcclCommunicator() {
    if (comm_ == nullptr || aborted_) return;
    // The compute stream's own work may wait for collectives: they are over, or check() has aborted.
    ARCMETER_CUDA_LOG(cudaStreamSynchronize(stream_));
    int state = api_.comm_finalize(comm_);
    const Clock::time_point end = Clock::now() + farewell;
    while (state == nccl_in_progress && Clock::now() < end) {
        std::this_thread::sleep_for(polling_interval);
        if (api_.comm_get_async_error(comm_, &state) != nccl_success) break;
    }
    state == nccl_success ? api_.comm_destroy(comm_) : api_.comm_abort(comm_);
}

/// Rank 0 makes the id, which names where the others find it. Joining runs in NCCL's own thread, so that it
/// can be called off.
void NcclCommunicator::join(comm::Communicator& host) {
    NcclUniqueId id{};
    std::int32_t made = nccl_success;
    if (rank_ == 0) made = api_.get_unique_id(&id);
    const auto sent = host.broadcast(&made, 1, ElementType::i32, 0);
    if (!host.wait(sent) || !host.wait(host.broadcast(id.bytes, sizeof id.bytes, ElementType::u8, 0)))
        throw comm::Stopped();
    if (made != nccl_success) lose(std::string("NCCL made no id: ") + api_.get_error_string(made));
    NcclConfig config;
    const int result =
        api_.comm_init_rank_config(&comm_, static_cast<int>(size_), id, static_cast<int>(rank_), &config);
    settle(result, "ncclCommInitRankConfig");
}

/// A call of a communicator that does not block has ended when its state is success again.
void NcclCommunicator::settle(int result, const char* call) {
    const Clock::time_point begin = Clock::now();
    int state = result;
    while (state == nccl_in_progress) {
        if (options_.stop && options_.stop->load()) {
            abort();
            throw comm::Stopped();
        }
        if (Clock::now() - begin > options_.timeout) {
            abort();
            lose(std::string("other ranks did not join ") + call + " within " + seconds(options_.timeout));
        }
        std::this_thread::sleep_for(polling_interval);
        const int asked = api_.comm_get_async_error(comm_, &state);
        if (asked != nccl_success) state = asked;
    }
    if (state == nccl_success) return;
    abort();
    lose("NCCL reports " + std::string(api_.get_error_string(state)) + " in " + call);
}

void NcclCommunicator::lose(const std::string& reason) {
    throw Error(ErrorCode::rank_lost, "Rank " + std::to_string(rank_) + " lost the others: " + reason + ".",
                "See the other ranks' errors; communication_timeout_s allows more time, and NCCL_DEBUG=INFO "
                "lets NCCL say which link failed.");
}

void NcclCommunicator::require_usable() const {
    if (aborted_) throw comm::Stopped();
}

void NcclCommunicator::follow() {
    ARCMETER_CUDA_CHECK(cudaEventRecord(ready_, compute_));
    ARCMETER_CUDA_CHECK(cudaStreamWaitEvent(stream_, ready_, 0));
}

void NcclCommunicator::extend(Request request) {
    ARCMETER_CUDA_CHECK(cudaEventRecord(done_.at(request.number), stream_));
}

template <typename Start>
Request NcclCommunicator::start(const char* call, Start&& call_nccl) {
    require_usable();
    follow();
    settle(call_nccl(), call);
    if (free_.empty()) {
        free_.push_back(done_.size());
        done_.emplace_back(cudaEventDisableTiming);
    }
    const std::uint64_t number = free_.back();
    free_.pop_back();
    ARCMETER_CUDA_CHECK(cudaEventRecord(done_[number], stream_));
    return {number};
}

Request NcclCommunicator::all_reduce(void* data, std::int64_t count, ElementType type,
                                     comm::Reduction reduction) {
    const int op = reduction == comm::Reduction::max ? nccl_max : nccl_sum;
    return start("ncclAllReduce", [&] {
        return api_.all_reduce(data, data, static_cast<std::size_t>(count), nccl_type(type), op, comm_,
                               stream_);
    });
}

Request NcclCommunicator::all_gather(const void* mine, void* all, std::int64_t count, ElementType type) {
    return start("ncclAllGather", [&] {
        return api_.all_gather(mine, all, static_cast<std::size_t>(count), nccl_type(type), comm_, stream_);
    });
}

Request NcclCommunicator::reduce_scatter(const void* all, void* mine, std::int64_t count, ElementType type) {
    return start("ncclReduceScatter", [&] {
        return api_.reduce_scatter(all, mine, static_cast<std::size_t>(count), nccl_type(type), nccl_sum,
                                   comm_, stream_);
    });
}

Request NcclCommunicator::broadcast(void* data, std::int64_t count, ElementType type, std::int64_t root) {
    return start("ncclBroadcast", [&] {
        return api_.broadcast(data, data, static_cast<std::size_t>(count), nccl_type(type),
                              static_cast<int>(root), comm_, stream_);
    });
}

Request NcclCommunicator::barrier() {
    return all_reduce(barrier_.data(), 1, ElementType::i32, comm::Reduction::max);
}

std::optional<double> NcclCommunicator::wait(Request request) {
    require_usable();
    ARCMETER_CUDA_CHECK(cudaStreamWaitEvent(compute_, done_.at(request.number), 0));
    free_.push_back(request.number);
    return 0.0;
}

void NcclCommunicator::check(Clock::time_point since) {
    require_usable();
    int state = nccl_success;
    const int asked = api_.comm_get_async_error(comm_, &state);
    if (asked != nccl_success) state = asked;
    if (state != nccl_success && state != nccl_in_progress) {
        abort();
        lose("NCCL reports " + std::string(api_.get_error_string(state)));
    }
    if (Clock::now() - since > options_.timeout) {
        abort();
        lose("they did not join a collective within " + seconds(options_.timeout));
    }
}

void NcclCommunicator::abort() {
    if (comm_ != nullptr && !aborted_) api_.comm_abort(comm_);
    aborted_ = true;
}

}  // namespace arcmeter::backend::cuda

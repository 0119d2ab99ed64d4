// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <vector>

#include "engine/backend/cuda/nccl_api.h"
#include "engine/backend/cuda/runtime.h"
#include "engine/comm/communicator.h"

namespace arcmeter::backend::cuda {

struct NcclOptions {
    /// For joining, and for the device to get on while the host waits for it.
    std::chrono::milliseconds timeout{60'000};
    const std::atomic<bool>* stop = nullptr;
};

/// Ranks with a GPU each, for buffers in device memory, by NCCL. Collectives run one after the other on a
/// stream of their own: each begins after what was queued on `compute` when it was started, and wait() lets
/// that stream wait, not the caller. All of it may be captured into a CUDA graph that begins on `compute`.
///
/// NCCL says nothing of a rank whose process is gone while a kernel waits for it over NVLink or PCIe, and
/// waits for ever. So whoever waits for the device calls check() meanwhile: it ends what is under way by
/// ncclCommAbort and throws.
class NcclCommunicator : public comm::Communicator {
public:
    /// `host` carries NCCL's id from rank 0 to the others and must outlive the constructor alone; `compute`
    /// outlives this. Collective. Throws Error(rank_lost) where not every rank joins within the timeout, and
    /// comm::Stopped on a stop.
    NcclCommunicator(const NcclApi& api, comm::Communicator& host, cudaStream_t compute,
                     const NcclOptions& options);
    ~NcclCommunicator() override;
    NcclCommunicator(const NcclCommunicator&) = delete;
    NcclCommunicator& operator=(const NcclCommunicator&) = delete;

    std::int64_t rank() const override { return rank_; }
    std::int64_t size() const override { return size_; }
    /// i32 is reduced as well.
    comm::Request all_reduce(void* data, std::int64_t count, comm::ElementType type,
                             comm::Reduction reduction) override;
    comm::Request all_gather(const void* mine, void* all, std::int64_t count,
                             comm::ElementType type) override;
    comm::Request reduce_scatter(const void* all, void* mine, std::int64_t count,
                                 comm::ElementType type) override;
    comm::Request broadcast(void* data, std::int64_t count, comm::ElementType type,
                            std::int64_t root) override;
    comm::Request barrier() override;

    /// The compute stream waits; how long the collective took is for the caller's events on stream() to say.
    std::optional<double> wait(comm::Request request) override;

    /// The collectives' own.
    cudaStream_t stream() const { return stream_; }

    /// What is queued on stream() from now on begins after what is queued on the compute stream.
    void follow();

    /// wait() for the request waits for what has been queued on stream() since it was started, too: a capture
    /// ends only where all that was captured has been waited for.
    void extend(comm::Request request);

    /// The host has waited for the device since `since`. On an error of NCCL's or when the time is over: ends
    /// what is under way and throws Error(rank_lost).
    void check(std::chrono::steady_clock::time_point since);

    /// Ends what is under way; nothing may be started afterwards.
    void abort();

private:
    void join(comm::Communicator& host);
    void settle(int result, const char* call);
    void require_usable() const;
    template <typename Start>
    comm::Request start(const char* call, Start&& call_nccl);
    [[noreturn]] void lose(const std::string& reason);

    const NcclApi& api_;
    const cudaStream_t compute_;
    const NcclOptions options_;
    const std::int64_t rank_, size_;
    NcclComm comm_ = nullptr;
    bool aborted_ = false;
    OwnStream stream_{StreamPriority::high};  ///< not behind what computes, or nothing would be hidden
    Event ready_{cudaEventDisableTiming};
    std::vector<Event> done_;          ///< by request number; taken again once it was waited for
    std::vector<std::uint64_t> free_;  ///< of done_
    DeviceMemory barrier_{sizeof(float)};
};

}  // namespace arcmeter::backend::cuda

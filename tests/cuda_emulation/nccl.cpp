// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/nccl.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "cuda_emulation/control.h"
#include "internal.h"
#include "kernels/math/bfloat16.h"

using namespace arcmeter::backend::cuda;
using cuda_emulation::Fault;

namespace {

constexpr int most_ranks = 4;
constexpr std::size_t slot_bytes = std::size_t{4} << 20;

/// Of one communicator; all zero at first.
struct Segment {
    std::atomic<int> joined;
    std::atomic<bool> broken;
    std::atomic<std::uint64_t> arrived[most_ranks];   ///< collectives whose input lies in the rank's slot
    std::atomic<std::uint64_t> departed[most_ranks];  ///< collectives whose result the rank has taken
    char slots[most_ranks][slot_bytes];
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");

bool has_left = false;
Segment* last_segment = nullptr;
long collectives = 0;

Segment* open_segment(const char* name) {
    const int file = shm_open(name, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof(Segment)) != 0) throw Fault("no shared memory for emulated NCCL");
    void* memory = mmap(nullptr, sizeof(Segment), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) throw Fault("no shared memory for emulated NCCL");
    return static_cast<Segment*>(memory);
}

std::size_t size_of(int type) {
    return type == nccl_uint8 ? 1 : type == nccl_bfloat16 ? 2 : 4;
}

template <typename T, typename Combine>
void combine(char* to, const char* from, std::size_t count, Combine function) {
    auto* a = reinterpret_cast<T*>(to);
    const auto* b = reinterpret_cast<const T*>(from);
    for (std::size_t i = 0; i < count; ++i) a[i] = function(a[i], b[i]);
}

void reduce(char* to, const char* from, std::size_t count, int type, int op) {
    namespace k = arcmeter::kernels;
    const auto apply = [op](auto a, auto b) {
        return op == nccl_max ? std::max(a, b) : static_cast<decltype(a)>(a + b);
    };
    if (type == nccl_float) return combine<float>(to, from, count, apply);
    if (type == nccl_int32) return combine<std::int32_t>(to, from, count, apply);
    if (type == nccl_bfloat16 && op == nccl_sum) {
        return combine<k::bfloat16>(to, from, count, [](k::bfloat16 a, k::bfloat16 b) {
            return k::to_bfloat16(k::to_float(a) + k::to_float(b));
        });
    }
    throw Fault("emulated NCCL does not reduce this type");
}

}  // namespace

struct ncclComm {
    Segment* segment = nullptr;
    std::string name;
    int rank = 0, ranks = 1;
    bool aborted = false;
    bool begun = false;  ///< the collective in progress has its input in the slot
    std::uint64_t number = 0;

    bool all_at_least(const std::atomic<std::uint64_t>* counts, std::uint64_t least) const {
        return std::all_of(counts, counts + ranks, [&](const auto& count) { return count.load() >= least; });
    }

    /// `take` reads every rank's slot. Returns whether the collective has ended.
    template <typename Take>
    bool poll(const void* from, std::size_t bytes, Take take) {
        if (aborted) return true;
        if (has_left) return false;
        if (!begun) {
            if (!all_at_least(segment->departed, number)) return false;
            if (bytes > slot_bytes) throw Fault("a message is too large for emulated NCCL");
            std::memcpy(segment->slots[rank], from, bytes);
            begun = true;
            segment->arrived[rank].store(number + 1);
        }
        if (!all_at_least(segment->arrived, number + 1)) return false;
        take();
        begun = false;
        ++collectives;
        segment->departed[rank].store(++number);
        return true;
    }
};

namespace {

template <typename Take>
int enqueue(NcclComm comm, const void* from, std::size_t bytes, cudaStream_t stream, Take take) {
    const auto poll = [=] { return comm->poll(from, bytes, take); };
    return cuda_emulation::enqueue_polled(stream, poll) == cudaSuccess ? nccl_success : 1;
}

int get_unique_id(NcclUniqueId* id) {
    static int made = 0;
    const std::string name = "/arcmeter-nccl-" + std::to_string(getpid()) + "-" + std::to_string(made++);
    name.copy(id->bytes, sizeof id->bytes - 1);
    return nccl_success;
}

int init(NcclComm* out, int ranks, NcclUniqueId id, int rank, NcclConfig* config) {
    if (ranks > most_ranks || config->blocking != 0) return 4;
    auto* comm = new ncclComm;
    comm->name = id.bytes;
    comm->segment = open_segment(id.bytes);
    comm->rank = rank;
    comm->ranks = ranks;
    ++comm->segment->joined;
    last_segment = comm->segment;
    *out = comm;
    return nccl_in_progress;
}

int get_async_error(NcclComm comm, int* state) {
    *state = comm->segment->broken.load()                 ? nccl_remote_error
             : comm->segment->joined.load() < comm->ranks ? nccl_in_progress
                                                          : nccl_success;
    return nccl_success;
}

/// The stream may still hold collectives of it: they end at once.
int abort_comm(NcclComm comm) {
    comm->aborted = true;
    shm_unlink(comm->name.c_str());
    return nccl_success;
}

int all_reduce(const void* from, void* to, std::size_t count, int type, int op, NcclComm comm,
               cudaStream_t stream) {
    const std::size_t bytes = count * size_of(type);
    return enqueue(comm, from, bytes, stream, [=] {
        std::memcpy(to, comm->segment->slots[0], bytes);
        for (int rank = 1; rank < comm->ranks; ++rank) {
            reduce(static_cast<char*>(to), comm->segment->slots[rank], count, type, op);
        }
    });
}

int all_gather(const void* from, void* to, std::size_t count, int type, NcclComm comm, cudaStream_t stream) {
    const std::size_t bytes = count * size_of(type);
    return enqueue(comm, from, bytes, stream, [=] {
        for (int rank = 0; rank < comm->ranks; ++rank) {
            std::memcpy(static_cast<char*>(to) + static_cast<std::size_t>(rank) * bytes,
                        comm->segment->slots[rank], bytes);
        }
    });
}

int reduce_scatter(const void* from, void* to, std::size_t count, int type, int op, NcclComm comm,
                   cudaStream_t stream) {
    const std::size_t bytes = count * size_of(type);
    return enqueue(comm, from, bytes * static_cast<std::size_t>(comm->ranks), stream, [=] {
        const std::size_t own = static_cast<std::size_t>(comm->rank) * bytes;
        std::memcpy(to, comm->segment->slots[0] + own, bytes);
        for (int rank = 1; rank < comm->ranks; ++rank) {
            reduce(static_cast<char*>(to), comm->segment->slots[rank] + own, count, type, op);
        }
    });
}

int broadcast(const void* from, void* to, std::size_t count, int type, int root, NcclComm comm,
              cudaStream_t stream) {
    const std::size_t bytes = count * size_of(type);
    return enqueue(comm, from, bytes, stream, [=] { std::memcpy(to, comm->segment->slots[root], bytes); });
}

int get_version(int* version) {
    *version = nccl_oldest_version;
    return nccl_success;
}

const char* error_string(int result) {
    return result == nccl_remote_error ? "remote process exited or there was a network error"
                                       : "an emulated error";
}

}  // namespace

namespace cuda_emulation {

const NcclApi& nccl_api() {
    static const NcclApi api{.get_version = get_version,
                             .get_error_string = error_string,
                             .get_unique_id = get_unique_id,
                             .comm_init_rank_config = init,
                             .comm_get_async_error = get_async_error,
                             .comm_finalize = [](NcclComm) -> int { return nccl_success; },
                             .comm_destroy = abort_comm,
                             .comm_abort = abort_comm,
                             .all_reduce = all_reduce,
                             .all_gather = all_gather,
                             .reduce_scatter = reduce_scatter,
                             .broadcast = broadcast};
    return api;
}

void leave_nccl() {
    has_left = true;
    if (last_segment) last_segment->broken = true;
}

long nccl_collectives() {
    return collectives;
}

}  // namespace cuda_emulation

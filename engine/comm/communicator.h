// SPDX-License-Identifier: Apache-2.0
// Collectives among the ranks of a run. Each returns at once with a request; its buffers must not be touched
// before wait() has returned for it. All ranks start the same collectives in the same order.
//
// Host memory or device memory is the implementation's matter. One for device memory is made with the stream
// that computes: a collective begins after the work queued there, and wait() lets that stream wait, not the
// caller.
#pragma once

#include <cstdint>
#include <optional>

namespace arcmeter::comm {

enum class ElementType { f32, bf16, i32, u8 };
std::int64_t size_of(ElementType type);

/// bf16 sums are rounded after each addition.
enum class Reduction { sum, max };

struct Request {
    std::uint64_t number = 0;
};

/// Used from one thread. Errors of the network come out of wait(): Error(rank_lost), Error(timeout).
class Communicator {
public:
    virtual ~Communicator() = default;

    virtual std::int64_t rank() const = 0;
    virtual std::int64_t size() const = 0;

    /// data[count], replaced by the reduction over all ranks. i32 and u8 are not reduced.
    virtual Request all_reduce(void* data, std::int64_t count, ElementType type, Reduction reduction) = 0;
    /// all[size * count] = every rank's mine[count], by rank.
    virtual Request all_gather(const void* mine, void* all, std::int64_t count, ElementType type) = 0;
    /// mine[count] = the sum over ranks of their all[rank * count ...].
    virtual Request reduce_scatter(const void* all, void* mine, std::int64_t count, ElementType type) = 0;
    /// data[count] of rank `root` on every rank.
    virtual Request broadcast(void* data, std::int64_t count, ElementType type, std::int64_t root) = 0;
    /// Ends when every rank has started it.
    virtual Request barrier() = 0;

    /// Returns when the collective has ended, with the milliseconds it took from its turn on (collectives run
    /// one after the other). nullopt: the run is being stopped, and what the collective writes must not be
    /// used.
    virtual std::optional<double> wait(Request request) = 0;
};

}  // namespace arcmeter::comm

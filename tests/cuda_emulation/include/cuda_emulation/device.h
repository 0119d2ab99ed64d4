// SPDX-License-Identifier: Apache-2.0
// CUDA's language inside a kernel. Every thread of a block is a fiber; barriers and warp functions hand over
// to the scheduler of the block (block.cpp), which finds deadlocks, barriers that not all threads reach, and
// warp functions with lanes missing.
#pragma once

#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

#include "cuda_emulation/types.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
/// One block runs at a time, and its threads take turns on one host thread.
#define __shared__ static

namespace cuda_emulation {

enum class WarpFunction { sync, shuffle, ballot };

enum class BarrierFunction { sync, any, count };

/// Waits for all threads of the block. Returns what the function makes of all threads' values.
int barrier(BarrierFunction function, int value, std::source_location where);

/// Waits for the lanes of mask. shuffle: returns the value of lane `source`; ballot: of which lanes the value
/// is not 0.
std::uint64_t warp_exchange(WarpFunction function, unsigned mask, std::uint64_t value, unsigned source,
                            std::source_location where);

unsigned lane();

/// Dynamic shared memory of the block, aligned to 16 bytes.
void* dynamic_shared_memory();

template <class Value>
Value shuffle(unsigned mask, Value value, unsigned source, std::source_location where) {
    static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= 8);
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    bits = warp_exchange(WarpFunction::shuffle, mask, bits, source, where);
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

}  // namespace cuda_emulation

// Of the thread that runs.
extern uint3 threadIdx;
extern uint3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;

inline void __syncthreads(std::source_location where = std::source_location::current()) {
    ::cuda_emulation::barrier(::cuda_emulation::BarrierFunction::sync, 0, where);
}

inline int __syncthreads_or(int value, std::source_location where = std::source_location::current()) {
    return ::cuda_emulation::barrier(::cuda_emulation::BarrierFunction::any, value, where);
}

inline int __syncthreads_count(int value, std::source_location where = std::source_location::current()) {
    return ::cuda_emulation::barrier(::cuda_emulation::BarrierFunction::count, value, where);
}

inline void __syncwarp(unsigned mask = 0xffffffffu,
                       std::source_location where = std::source_location::current()) {
    ::cuda_emulation::warp_exchange(::cuda_emulation::WarpFunction::sync, mask, 0, 0, where);
}

inline unsigned __ballot_sync(unsigned mask, int predicate,
                              std::source_location where = std::source_location::current()) {
    const std::uint64_t value = predicate != 0 ? 1 : 0;
    return static_cast<unsigned>(
        ::cuda_emulation::warp_exchange(::cuda_emulation::WarpFunction::ballot, mask, value, 0, where));
}

inline int __any_sync(unsigned mask, int predicate,
                      std::source_location where = std::source_location::current()) {
    return __ballot_sync(mask, predicate, where) != 0 ? 1 : 0;
}

template <class Value>
Value __shfl_sync(unsigned mask, Value value, int source,
                  std::source_location where = std::source_location::current()) {
    return ::cuda_emulation::shuffle(mask, value, static_cast<unsigned>(source) & 31u, where);
}

template <class Value>
Value __shfl_xor_sync(unsigned mask, Value value, int lane_mask,
                      std::source_location where = std::source_location::current()) {
    return ::cuda_emulation::shuffle(mask, value, ::cuda_emulation::lane() ^ static_cast<unsigned>(lane_mask),
                                     where);
}

template <class Value>
Value __ldcg(const Value* address) {
    return *address;
}

/// Threads take turns: nothing is ever seen half done or out of order.
inline void __threadfence() {}

inline int __popc(unsigned value) {
    return __builtin_popcount(value);
}

inline unsigned atomicInc(unsigned* address, unsigned limit) {
    const unsigned before = *address;
    *address = before >= limit ? 0 : before + 1;
    return before;
}

inline int atomicOr(int* address, int value) {
    const int before = *address;
    *address = before | value;
    return before;
}

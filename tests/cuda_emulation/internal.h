// SPDX-License-Identifier: Apache-2.0
// What the parts of the emulated runtime share.
#pragma once

#include <cstddef>
#include <functional>

#include "cuda_emulation/types.h"

namespace cuda_emulation {

/// Runs all threads of all blocks of a kernel, then looks at the guards of all memory.
void run_grid(dim3 grid, dim3 block, std::size_t shared_bytes, const std::function<void()>& thread);

/// Throws Fault if a byte beside an allocation has changed.
void check_guards();

/// Whether the pointer lies in an allocation of cudaMallocHost.
bool is_pinned(const void* pointer);

/// Whether the pointer lies in an allocation of cudaMalloc.
bool is_device(const void* pointer);

/// Work that the stream tries again until it returns true.
cudaError_t enqueue_polled(cudaStream_t stream, std::function<bool()> poll);

/// Does all enqueued work of all streams.
void drain_all();

/// Whether a stream is being captured: calls that would wait are then errors.
bool capturing();

/// The error that every call returns (set_sticky_error), or cudaSuccess.
cudaError_t sticky_error();

/// Remembers an error for cudaGetLastError and returns it.
cudaError_t failed(cudaError_t error);

}  // namespace cuda_emulation

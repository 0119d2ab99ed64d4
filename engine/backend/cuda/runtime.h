// SPDX-License-Identifier: Apache-2.0
// Objects of CUDA's runtime that free themselves. They belong to the device that was current when they were
// made.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/backend/cuda/check.h"

namespace arcmeter::backend::cuda {

/// One allocation of device memory. Throws Error(out_of_memory) with the request and what was free.
class DeviceMemory {
public:
    explicit DeviceMemory(std::int64_t bytes);
    ~DeviceMemory();
    DeviceMemory(const DeviceMemory&) = delete;
    DeviceMemory& operator=(const DeviceMemory&) = delete;

    std::byte* data() const { return data_; }
    std::int64_t bytes() const { return bytes_; }

private:
    std::byte* data_ = nullptr;
    std::int64_t bytes_ = 0;
};

/// Host memory that the device reads and writes by itself. Zero at first. Throws Error(out_of_memory).
class PinnedMemory {
public:
    explicit PinnedMemory(std::int64_t bytes);
    ~PinnedMemory();
    PinnedMemory(const PinnedMemory&) = delete;
    PinnedMemory& operator=(const PinnedMemory&) = delete;

    std::byte* data() const { return data_; }

private:
    std::byte* data_ = nullptr;
};

/// Where blocks of several streams wait for a free processor, those of a high one come first.
enum class StreamPriority { normal, high };

/// A stream that does not wait for the legacy default stream.
class OwnStream {
public:
    explicit OwnStream(StreamPriority priority = StreamPriority::normal) {
        int lowest = 0, highest = 0;
        ARCMETER_CUDA_CHECK(cudaDeviceGetStreamPriorityRange(&lowest, &highest));
        ARCMETER_CUDA_CHECK(cudaStreamCreateWithPriority(
            &stream_, cudaStreamNonBlocking, priority == StreamPriority::high ? highest : lowest));
    }
    ~OwnStream() { ARCMETER_CUDA_LOG(cudaStreamDestroy(stream_)); }
    OwnStream(const OwnStream&) = delete;
    OwnStream& operator=(const OwnStream&) = delete;

    operator cudaStream_t() const { return stream_; }

private:
    cudaStream_t stream_ = nullptr;
};

class Event {
public:
    explicit Event(unsigned flags = cudaEventDefault) {
        ARCMETER_CUDA_CHECK(cudaEventCreateWithFlags(&event_, flags));
    }
    ~Event() {
        if (event_) ARCMETER_CUDA_LOG(cudaEventDestroy(event_));
    }
    Event(Event&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
    Event& operator=(Event&&) = delete;

    operator cudaEvent_t() const { return event_; }

private:
    cudaEvent_t event_ = nullptr;
};

/// A captured graph, ready to be launched.
class ExecutableGraph {
public:
    explicit ExecutableGraph(cudaGraph_t graph) {
        ARCMETER_CUDA_CHECK(cudaGraphInstantiate(&exec_, graph, 0));
    }
    ~ExecutableGraph() { ARCMETER_CUDA_LOG(cudaGraphExecDestroy(exec_)); }
    ExecutableGraph(const ExecutableGraph&) = delete;
    ExecutableGraph& operator=(const ExecutableGraph&) = delete;

    void launch(cudaStream_t stream) const { ARCMETER_CUDA_CHECK(cudaGraphLaunch(exec_, stream)); }

private:
    cudaGraphExec_t exec_ = nullptr;
};

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// Memory and events with which candidates of a product are timed on the device they will run on.
#pragma once

#include <functional>
#include <optional>

#include "engine/backend/cuda/products.h"
#include "engine/backend/cuda/runtime.h"

namespace arcmeter::backend::cuda {

/// Device memory for one measurement, filled with small random numbers: how fast tensor cores may run depends
/// on the bits that switch. Freed with it.
class ScratchMemory {
public:
    /// nullopt where the device has not as much to give.
    static std::optional<ScratchMemory> allocate(std::size_t bytes, Arithmetic stored);
    ~ScratchMemory();
    ScratchMemory(ScratchMemory&& other) noexcept;
    ScratchMemory& operator=(ScratchMemory&&) = delete;

    void* get() const { return memory_; }

private:
    explicit ScratchMemory(void* memory) : memory_(memory) {}
    void* memory_;
};

class DeviceTimer {
public:
    /// Median of the runs in microseconds, after one that does not count. nullopt where `launch` throws
    /// Error(internal): the library has refused to run it. Other errors pass.
    std::optional<double> median_us(int runs, const std::function<void(Stream)>& launch);

private:
    OwnStream stream_;
    Event start_, end_;
};

}  // namespace arcmeter::backend::cuda

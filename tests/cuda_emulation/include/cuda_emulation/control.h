// SPDX-License-Identifier: Apache-2.0
// What a test may see and set of the emulated device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "cuda_emulation/types.h"

namespace cuda_emulation {

/// A program did what CUDA does not define: a deadlock, a barrier that some threads missed, a write outside
/// of every allocation, work waited for that nothing will do.
class Fault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Memory of the device, 16 GiB at first. Allocations beyond it fail.
void set_device_memory(std::size_t bytes);

std::size_t allocated_bytes();    ///< of device memory
std::size_t allocations();        ///< device allocations that are alive
std::uint64_t kernels_run();      ///< since the program began, each replay counted
std::uint64_t graphs_launched();  ///< since the program began

/// From now on every call returns this error, as after a device fault; cudaSuccess ends that.
void set_sticky_error(cudaError_t error);

/// The next cudaStreamEndCapture fails with this error.
void fail_next_capture(cudaError_t error);

}  // namespace cuda_emulation

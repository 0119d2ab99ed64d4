// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

// What all launchers of this library have in common.
//
// They carry the names of kernels/cpu, enqueue on the stream that is their last argument, allocate nothing
// and wait for nothing, so that they can be captured into a graph. All pointers are to device memory.
// Arguments are taken by value when the launcher is called; what changes from step to step is read on the
// device (step_state.h). Shapes and alignment are checked: std::invalid_argument names the argument, its
// value and what is allowed; a launch that CUDA refuses throws std::runtime_error with the call, file and
// line. Activations are NHWC: a matrix of rows = batch * height * width by channels, without padding. A
// pointer has to be aligned to its element; where pointers and channels allow it, accesses are of 16 bytes.
// Results depend on the arguments alone: how work is divided follows from shapes, never from the device, and
// sums are always taken in the same order.

struct CUstream_st;

namespace arcmeter::kernels::cuda {

using Stream = CUstream_st*;  ///< cudaStream_t

class LaunchError : public std::runtime_error {
public:
    LaunchError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
    int code() const { return code_; }  ///< the cudaError_t

private:
    int code_;
};

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
// The seam between arcmeter-engine and the CUDA module, a shared library that is loaded where there is one.
// Both are built from one commit by one compiler, which the entry's identity proves before anything is
// called, and share one C++ run-time library: C++ objects and Error then cross as in any call. Where that
// library is linked into each program (ARCMETER_STATIC), its unwinder aborts on an exception from another
// copy of itself; the module is then part of arcmeter-engine.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/backend/backend.h"

namespace arcmeter::backend::cuda {

/// Lives as long as the process. Used from one thread.
class Module {
public:
    virtual ~Module() = default;

    /// CUDA's runtime, cuDNN, cuBLASLt and NCCL. Needs no device.
    virtual std::map<std::string, std::string> versions() const = 0;

    /// Why no device can be used, in one sentence; empty when one can.
    virtual std::string unavailable_reason() const = 0;

    /// Devices that can be used, as the runtime orders them (after CUDA_VISIBLE_DEVICES). Looks at every one,
    /// which takes memory of each.
    virtual std::vector<protocol::DeviceInfo> devices() const = 0;

    /// On the index-th of devices().
    virtual std::unique_ptr<Backend> make_backend(std::size_t index) const = 0;

    /// On the device of that number, as choose_backend says; looks at no other. Throws
    /// Error(device_unavailable).
    virtual std::unique_ptr<Backend> make_backend_of_rank(std::int64_t number) const = 0;
};

/// What the shared library exports, under module_symbol.
struct ModuleEntry {
    const char* identity;  ///< module_identity of the module's build
    const Module& (*open)();
};
inline constexpr char module_symbol[] = "arcmeter_cuda_module";
inline constexpr char module_file[] = "libarcmeter_cuda.so";

}  // namespace arcmeter::backend::cuda

/// Null in a program that the module is not part of.
extern "C" __attribute__((weak, visibility("default")))
const arcmeter::backend::cuda::ModuleEntry arcmeter_cuda_module;

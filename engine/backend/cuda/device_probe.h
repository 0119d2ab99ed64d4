// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace arcmeter::backend::cuda {

/// Which devices the kernels of this build can run on.
struct DeviceProbe {
    std::vector<int> usable;  ///< as the runtime counts, after CUDA_VISIBLE_DEVICES
    std::string reason;       ///< why there is none; empty when there is one
};

/// A context takes some hundred MiB of a device's memory for as long as the process lives, so that a worker
/// should not look further than it has to.
enum class ProbeUntil { first_usable, all };

/// Creates a context on each device it looks at.
DeviceProbe probe_devices(ProbeUntil until = ProbeUntil::first_usable);

/// As the runtime counts; 0 where there is none. Touches no device.
int device_count();

/// Why the device cannot run this build's kernels; empty when it can. Creates a context on it alone.
std::string device_problem(int device);

/// Ends this process's context on a device that it has only looked at, and so gives its memory back.
void release_device(int device);

/// The sentence for an error of cudaGetDeviceCount, with CUDA's numbers of versions (13000: 13.0); driver 0:
/// none.
std::string no_device_reason(int status, int runtime_version, int driver_version);

}  // namespace arcmeter::backend::cuda

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

/// Creates a context on each device.
DeviceProbe probe_devices();

/// The sentence for an error of cudaGetDeviceCount, with CUDA's numbers of versions (13000: 13.0); driver 0:
/// none.
std::string no_device_reason(int status, int runtime_version, int driver_version);

}  // namespace arcmeter::backend::cuda

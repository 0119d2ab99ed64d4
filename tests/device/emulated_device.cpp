// SPDX-License-Identifier: Apache-2.0
// In the rehearsal of the device tests, the emulated device takes a GPU's place, and plain products that of
// cuDNN and cuBLASLt.
#include "engine/backend/cuda/device_probe.h"
#include "engine/backend/cuda/library_products.h"
#include "tests/engine/backend/cuda/reference_products.h"

namespace arcmeter::backend::cuda {

DeviceProbe probe_devices(ProbeUntil) {
    return {{0}, {}};
}

std::unique_ptr<ProductLibrary> make_library_products() {
    return test::make_reference_products();
}

}  // namespace arcmeter::backend::cuda

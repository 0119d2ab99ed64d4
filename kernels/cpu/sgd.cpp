// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/sgd.h"

#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

void sgd_update(std::span<const SgdTensor> tensors, const SgdParameters& parameters) {
    kernel_table().sgd_update(tensors.data(), static_cast<std::int64_t>(tensors.size()), &parameters);
}

void sgd_refresh_copies(std::span<const SgdTensor> tensors) {
    kernel_table().sgd_update(tensors.data(), static_cast<std::int64_t>(tensors.size()), nullptr);
}

}  // namespace arcmeter::kernels::cpu

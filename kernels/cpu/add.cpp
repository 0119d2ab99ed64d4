// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/add.h"

#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

void add(ElementType type, std::int64_t count, const void* a, const void* b, void* y) {
    kernel_table().add(type, count, a, b, y);
}

}  // namespace arcmeter::kernels::cpu

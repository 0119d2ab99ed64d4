// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels {

/// One element of an activation of either type, for code where speed does not matter.
inline float read_element(ElementType type, const void* data, std::int64_t index) {
    return type == ElementType::f32 ? static_cast<const float*>(data)[index]
                                    : to_float(static_cast<const bfloat16*>(data)[index]);
}

inline void write_element(ElementType type, void* data, std::int64_t index, float value) {
    if (type == ElementType::f32) {
        static_cast<float*>(data)[index] = value;
    } else {
        static_cast<bfloat16*>(data)[index] = to_bfloat16(value);
    }
}

}  // namespace arcmeter::kernels

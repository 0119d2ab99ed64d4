// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels {

/// One element of an activation of any type, for code where speed does not matter.
inline float read_element(ElementType type, const void* data, std::int64_t index) {
    switch (type) {
        case ElementType::f32:
            return static_cast<const float*>(data)[index];
        case ElementType::bf16:
            return to_float(static_cast<const bfloat16*>(data)[index]);
        case ElementType::f16:
            return to_float(static_cast<const float16*>(data)[index]);
    }
    return 0;
}

inline void write_element(ElementType type, void* data, std::int64_t index, float value) {
    switch (type) {
        case ElementType::f32:
            static_cast<float*>(data)[index] = value;
            break;
        case ElementType::bf16:
            static_cast<bfloat16*>(data)[index] = to_bfloat16(value);
            break;
        case ElementType::f16:
            static_cast<float16*>(data)[index] = to_float16(value);
            break;
    }
}

}  // namespace arcmeter::kernels

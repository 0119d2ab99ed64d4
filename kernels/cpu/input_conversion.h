// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

namespace arcmeter::kernels::cpu {

struct InputConversionArgs {
    std::int64_t batch;
    std::int64_t height;
    std::int64_t width;
    const std::uint8_t* pixels;  ///< [batch][height][width][3], RGB
    const std::uint8_t* mirror;  ///< [batch], non-zero: flip left to right; or null: none
    float scale;                 ///< 0.0078125 or 1 / 127.5
    ElementType type;
    void* output;  ///< [batch][3][height][width]
};

/// x = (pixel - 127.5) * scale.
void input_conversion(const InputConversionArgs& args);

}  // namespace arcmeter::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

namespace arcmeter::kernels::cuda {

struct InputConversionArgs {
    std::int64_t batch;
    std::int64_t height;
    std::int64_t width;
    const std::uint8_t* pixels;  ///< [batch][height][width][3], RGB
    const std::uint8_t* mirror;  ///< [batch], non-zero: flip left to right; or null: none
    float scale;                 ///< 0.0078125 or 1 / 127.5
    ElementType type;
    std::int64_t channels;  ///< of the output: 3, 4 or 8, as the first convolution wants it
    void* output;           ///< [batch][height][width][channels], channels from the fourth on written 0
};

/// x = (pixel - 127.5) * scale.
void input_conversion(const InputConversionArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

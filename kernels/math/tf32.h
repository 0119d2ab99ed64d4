// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/math/bfloat16.h"
#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

/// An FP32 number with TF32's ten bits after the point, the nearest one, halves away from zero as PTX's
/// cvt.rna.tf32 has it. What is not finite stays so. Tensor cores do not look at the other 13 bits: what is
/// not rounded before is cut off there.
ARCMETER_HD float round_to_tf32(float value) {
    const std::uint32_t bits = float_bits(value);
    const bool finite = (bits & 0x7f800000u) != 0x7f800000u;
    return finite ? float_from_bits((bits + 0x1000u) & ~0x1fffu) : value;
}

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/weights/npy.h"

namespace arcmeter::weights {

inline constexpr std::int64_t image_elements = 3 * 112 * 112;

/// n of an array [n, 3, 112, 112] with n >= 1; Error(data_corrupt) for another shape.
std::int64_t image_count(const NpyFile& input);

}  // namespace arcmeter::weights

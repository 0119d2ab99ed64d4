// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

/// Dynamic loss scaling of FP16 training: the gradients of the loss are multiplied by `scale` and divided by
/// it again in the update, which is skipped if one of them was not finite.
struct LossScale {
    static constexpr std::int32_t growth_interval = 2000;  ///< clean steps until the scale is doubled

    float scale = 65536;           ///< of the step in progress
    std::int32_t clean_steps = 0;  ///< since the scale last changed
    std::int32_t overflow = 0;  ///< non-zero: a gradient of the network is not finite, its update is skipped
    std::int32_t head_overflow = 0;  ///< non-zero: a gradient of a class centre was not finite
    std::int32_t skipped_steps = 0;  ///< steps that had either, in all
};

/// After a step: halves the scale (not below 1) if it overflowed, doubles it after growth_interval clean
/// steps, and clears both flags for the next one.
ARCMETER_HD void update_loss_scale(LossScale& state) {
    if (state.overflow != 0 || state.head_overflow != 0) {
        state.scale = state.scale > 2.0f ? state.scale * 0.5f : 1.0f;
        state.clean_steps = 0;
        ++state.skipped_steps;
    } else if (++state.clean_steps == LossScale::growth_interval) {
        state.scale *= 2.0f;
        state.clean_steps = 0;
    }
    state.overflow = 0;
    state.head_overflow = 0;
}

}  // namespace arcmeter::kernels

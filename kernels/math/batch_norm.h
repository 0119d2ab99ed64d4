// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

/// 1 / sqrt(variance + eps), rounded once.
ARCMETER_HD float inverse_deviation(float variance, float eps) {
    return static_cast<float>(1.0 / std::sqrt(static_cast<double>(variance) + static_cast<double>(eps)));
}

/// The unbiased variance of `count` values from the biased one; of one value, the biased one.
ARCMETER_HD float unbiased_variance(float biased, double count) {
    return count > 1 ? static_cast<float>(static_cast<double>(biased) * (count / (count - 1))) : biased;
}

ARCMETER_HD float running_average(float running, float momentum, float value) {
    return momentum * running + (1.0f - momentum) * value;
}

}  // namespace arcmeter::kernels

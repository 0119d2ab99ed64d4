// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

/// z for z > 0, else slope * z. Value is a scalar, or a compiler vector of which each lane is one element.
template <class Value>
ARCMETER_HD Value prelu(Value z, Value slope) {
    return z > Value{} ? z : slope * z;
}

/// The factor by which the gradient passes: 1 for z > 0, else the slope.
template <class Value>
ARCMETER_HD Value prelu_gradient(Value z, Value slope, Value dy) {
    return z > Value{} ? dy : slope * dy;
}

/// This element's term of the slope's gradient: dy * z for z <= 0, else 0. A NaN z gives NaN.
template <class Value>
ARCMETER_HD Value prelu_slope_gradient(Value z, Value dy) {
    return z > Value{} ? Value{} : dy * z;
}

}  // namespace arcmeter::kernels

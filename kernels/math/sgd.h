// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

/// SGD with momentum as MXNet's: v = momentum * v - rate * (g + decay * w); w = w + v.
/// Value is a scalar or a compiler vector; the three coefficients are scalars or vectors of the same kind.
template <class Value, class Coefficient>
ARCMETER_HD void sgd_step(Value& weight, Value& velocity, Value gradient, Coefficient rate,
                          Coefficient momentum, Coefficient decay) {
    velocity = momentum * velocity - rate * (gradient + decay * weight);
    weight = weight + velocity;
}

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "kernels/math/host_device.h"

namespace arcmeter::kernels {

/// Margin on the target class: cos(m1 * theta + m2) - m3 (arcface 1, 0.5, 0; cosface 1, 0, 0.4;
/// combined 1, 0.3, 0.2; softmax 1, 0, 0). Angles in radians.
struct MarginParameters {
    float m1 = 1;
    float m2 = 0;
    float m3 = 0;
};

/// The margin's value and its derivative by the cosine.
template <class Real>
struct MarginResult {
    Real value;
    Real derivative;
};

/// Cosines are kept off +-1, where the margin's derivative is infinite. A NaN passes through.
template <class Real>
ARCMETER_HD Real clamp_cosine(Real cosine) {
    const Real limit = Real(1) - Real(1e-7);
    return cosine > limit ? limit : (cosine < -limit ? -limit : cosine);
}

/// The cosine is clamped first. With theta = acos(cosine) the derivative is
/// m1 sin(m1 theta + m2) / sin(theta), beyond pi too (OneFlow, MXNet: no easy margin, no threshold).
/// For m1 = 1 the angle sum formulas need no acos, and are exact without a margin.
template <class Real>
ARCMETER_HD MarginResult<Real> apply_margin(Real cosine, MarginParameters margin) {
    const Real c = clamp_cosine(cosine);
    const Real sine = std::sqrt((Real(1) - c) * (Real(1) + c));
    if (margin.m1 == 1.0f) {
        const Real cos_m2 = std::cos(Real(margin.m2));
        const Real sin_m2 = std::sin(Real(margin.m2));
        return {c * cos_m2 - sine * sin_m2 - Real(margin.m3), cos_m2 + c / sine * sin_m2};
    }
    const Real angle = Real(margin.m1) * std::acos(c) + Real(margin.m2);
    return {std::cos(angle) - Real(margin.m3), Real(margin.m1) * std::sin(angle) / sine};
}

/// A row's loss and what its backward needs.
struct RowLoss {
    double loss;
    double inverse_normaliser;  ///< 1 / (S + e^t), 0 where S is 0
    double target_dcos;         ///< gradient of the loss by the target's cosine
};

/// With S = sum_exp over the other classes and the target's logit t = s margin(target_cos):
/// loss = log(1 + S / e^t), dloss/dt = -S / (S + e^t). In double neither S e^-t nor S + e^t leaves the range,
/// and log1p keeps the losses near 0 exact.
ARCMETER_HD RowLoss finish_row(float sum_exp, float target_cos, MarginParameters parameters, float s) {
    const MarginResult<double> margin = apply_margin(static_cast<double>(target_cos), parameters);
    const double t = static_cast<double>(s) * margin.value;
    const double others = static_cast<double>(sum_exp);
    const double inverse = others == 0 ? 0.0 : 1.0 / (others + std::exp(t));
    return {std::log1p(others * std::exp(-t)), inverse,
            -others * inverse * static_cast<double>(s) * margin.derivative};
}

}  // namespace arcmeter::kernels

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/AxisScale.h"

#include <algorithm>
#include <cmath>

namespace arcmeter::ui {
namespace {

double roundInterval(double rough, bool wholeNumbers) {
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        const double interval = factor * power;
        if (wholeNumbers && interval != std::floor(interval)) continue;
        if (interval >= rough * 0.999) return interval;
    }
    return 10 * power;
}

int decimalsOf(double interval) {
    for (int decimals = 0; decimals < 6; ++decimals) {
        const double scaled = interval * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled) return decimals;
    }
    return 6;
}

}  // namespace

AxisScale roundScale(double low, double high, int ticks, bool wholeNumbers) {
    if (!std::isfinite(low) || !std::isfinite(high)) return {};
    if (high <= low) high = low + std::max(std::abs(low) * 0.1, wholeNumbers ? 1.0 : 1e-3);
    const double rough = (high - low) / std::max(ticks, 2);
    const double interval = roundInterval(wholeNumbers ? std::max(rough, 1.0) : rough, wholeNumbers);
    AxisScale scale;
    scale.interval = interval;
    scale.min = std::floor(low / interval + 1e-9) * interval;
    scale.max = std::ceil(high / interval - 1e-9) * interval;
    scale.decimals = wholeNumbers ? 0 : decimalsOf(interval);
    return scale;
}

}  // namespace arcmeter::ui

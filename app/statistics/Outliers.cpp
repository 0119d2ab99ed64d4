// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/Outliers.h"

#include <cmath>
#include <numeric>

#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

constexpr std::size_t least_values = 5;
constexpr double limit = 3.5;
constexpr double mad_scale = 1 / 0.6745;  // of a normal distribution's standard deviation, as is the next
constexpr double mean_deviation_scale = 1.2533;

double medianOf(const std::vector<double>& values) {
    return protocol::repeat_statistics(values).median;
}

}  // namespace

std::vector<std::size_t> outliersOf(std::span<const double> values) {
    std::vector<std::size_t> outliers;
    if (values.size() < least_values) return outliers;
    const double median = medianOf({values.begin(), values.end()});
    std::vector<double> deviations;
    for (const double value : values) deviations.push_back(std::abs(value - median));
    double scale = mad_scale * medianOf(deviations);
    if (scale == 0) {
        scale = mean_deviation_scale * std::accumulate(deviations.begin(), deviations.end(), 0.0) /
                static_cast<double>(deviations.size());
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (deviations[i] > limit * scale) outliers.push_back(i);
    }
    return outliers;
}

}  // namespace arcmeter::app

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/statistics/Drift.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "engine/protocol/repeat_statistics.h"

namespace arcmeter::app {
namespace {

constexpr std::size_t blocks = 10;
constexpr std::size_t least_steps = 2 * blocks;
constexpr double significance = 0.01;
constexpr double least_change = 0.02;

using Medians = std::array<double, blocks>;

Medians blockMedians(std::span<const double> values) {
    Medians medians{};
    for (std::size_t i = 0; i < blocks; ++i) {
        const std::size_t from = i * values.size() / blocks;
        const std::size_t to = (i + 1) * values.size() / blocks;
        medians[i] = protocol::repeat_statistics(values.subspan(from, to - from)).median;
    }
    return medians;
}

/// Mann-Kendall: the pairs that rise minus those that fall, against their variance without a trend.
double trendP(const Medians& values) {
    double s = 0;
    for (std::size_t i = 0; i < blocks; ++i) {
        for (std::size_t j = i + 1; j < blocks; ++j) s += (values[j] > values[i]) - (values[j] < values[i]);
    }
    double variance = blocks * (blocks - 1.0) * (2.0 * blocks + 5);
    Medians sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t begin = 0; begin < blocks;) {
        std::size_t end = begin;
        while (end < blocks && sorted[end] == sorted[begin]) ++end;
        const auto tied = static_cast<double>(end - begin);
        variance -= tied * (tied - 1) * (2 * tied + 5);
        begin = end;
    }
    if (variance <= 0) return 1;
    const double z = std::max(0.0, std::abs(s) - 1) / std::sqrt(variance / 18);
    return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

double theilSenSlope(const Medians& values) {
    std::vector<double> slopes;
    for (std::size_t i = 0; i < blocks; ++i) {
        for (std::size_t j = i + 1; j < blocks; ++j) {
            slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
        }
    }
    return protocol::repeat_statistics(slopes).median;
}

}  // namespace

std::optional<Drift> driftOf(std::span<const double> stepMs) {
    if (stepMs.size() < least_steps) return std::nullopt;
    const Medians medians = blockMedians(stepMs);
    const double middle = protocol::repeat_statistics(medians).median;
    if (!(middle > 0)) return std::nullopt;
    const Drift drift{theilSenSlope(medians) * (blocks - 1) / middle, trendP(medians)};
    const bool told = drift.p < significance && std::abs(drift.change) >= least_change;
    return told ? std::optional(drift) : std::nullopt;
}

std::vector<RepeatDrift> driftsOf(const std::vector<protocol::Step>& steps, qint64 warmup) {
    std::vector<RepeatDrift> drifts;
    std::vector<double> times;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].iteration > warmup) times.push_back(steps[i].step_ms);
        if (i + 1 < steps.size() && steps[i + 1].repeat == steps[i].repeat) continue;
        if (const auto drift = driftOf(times)) drifts.push_back({steps[i].repeat, *drift});
        times.clear();
    }
    return drifts;
}

}  // namespace arcmeter::app

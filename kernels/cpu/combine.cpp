// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/combine.h"

#include <algorithm>

#include "kernels/cpu/row_groups.h"

namespace arcmeter::kernels::cpu {

namespace {

constexpr std::int64_t strip = 16;

double rows_of(const ActivationLayout& layout, std::int64_t group) {
    return static_cast<double>(row_group_begin(layout, group + 1) - row_group_begin(layout, group));
}

/// total[i] += body(group, i) over all groups, for the channels of one strip.
template <class Body>
void sum_groups(std::int64_t groups, std::int64_t channels, double* total, Body body) {
    std::fill(total, total + strip, 0.0);
    for (std::int64_t g = 0; g < groups; ++g) {
        for (std::int64_t i = 0; i < channels; ++i) {
            total[i] += body(g, i);
        }
    }
}

}  // namespace

void combine_moments(const ActivationLayout& layout, const float* workspace, float* mean, float* variance) {
    const std::int64_t groups = row_group_count(layout);
    const double rows = static_cast<double>(layout.rows());
    for (std::int64_t first = 0; first < layout.channels; first += strip) {
        const std::int64_t channels = std::min(strip, layout.channels - first);
        const auto moment = [&](std::int64_t g, int kind, std::int64_t i) {
            return static_cast<double>(workspace[(g * 2 + kind) * layout.channels + first + i]);
        };
        double total[strip];
        sum_groups(groups, channels, total,
                   [&](std::int64_t g, std::int64_t i) { return rows_of(layout, g) * moment(g, 0, i); });
        double centre[strip];
        std::transform(total, total + strip, centre, [&](double sum) { return sum / rows; });
        sum_groups(groups, channels, total, [&](std::int64_t g, std::int64_t i) {
            const double deviation = moment(g, 0, i) - centre[i];
            return moment(g, 1, i) + rows_of(layout, g) * deviation * deviation;
        });
        for (std::int64_t i = 0; i < channels; ++i) {
            mean[first + i] = static_cast<float>(centre[i]);
            variance[first + i] = static_cast<float>(total[i] / rows);
        }
    }
}

void combine_sums(const ActivationLayout& layout, const float* workspace, int kinds, int kind, float* sums) {
    const std::int64_t groups = row_group_count(layout);
    for (std::int64_t first = 0; first < layout.channels; first += strip) {
        const std::int64_t channels = std::min(strip, layout.channels - first);
        double total[strip];
        sum_groups(groups, channels, total, [&](std::int64_t g, std::int64_t i) {
            return static_cast<double>(workspace[(g * kinds + kind) * layout.channels + first + i]);
        });
        std::transform(total, total + channels, sums + first,
                       [](double sum) { return static_cast<float>(sum); });
    }
}

}  // namespace arcmeter::kernels::cpu

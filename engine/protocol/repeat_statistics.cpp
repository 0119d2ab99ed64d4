// SPDX-License-Identifier: Apache-2.0
#include "engine/protocol/repeat_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace arcmeter::protocol {

double student_t_975(int degrees_of_freedom) {
    // Table of the t distribution, p = 0.975 (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
    static constexpr std::array<double, 30> table{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                                  2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                                  2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                                  2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
    if (degrees_of_freedom < 1) throw std::invalid_argument("student_t_975: at least one degree of freedom");
    if (degrees_of_freedom <= 30) return table[static_cast<std::size_t>(degrees_of_freedom - 1)];
    // Cornish-Fisher expansion around the normal quantile; below 1e-4 off from 30 degrees on.
    const double z = 1.959964;
    const double n = degrees_of_freedom;
    return z + (z * z * z + z) / (4 * n) + (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * n * n);
}

RepeatStatistics repeat_statistics(std::span<const double> values) {
    if (values.empty()) throw std::invalid_argument("repeat_statistics: no values");
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const std::size_t n = sorted.size();
    RepeatStatistics out;
    out.min = sorted.front();
    out.max = sorted.back();
    out.median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    double sum = 0;
    for (const double value : sorted) sum += value;
    out.mean = sum / static_cast<double>(n);
    if (n < 2) return out;
    double squares = 0;
    for (const double value : sorted) squares += (value - out.mean) * (value - out.mean);
    out.stddev = std::sqrt(squares / static_cast<double>(n - 1));
    out.ci95 = student_t_975(static_cast<int>(n) - 1) * out.stddev / std::sqrt(static_cast<double>(n));
    return out;
}

}  // namespace arcmeter::protocol

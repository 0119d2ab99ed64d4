// SPDX-License-Identifier: Apache-2.0
// Statistics over repeats (never over iterations) of one configuration.
#pragma once

#include <optional>
#include <span>

namespace arcmeter::protocol {

struct RepeatStatistics {
    double median = 0;
    double mean = 0;
    double min = 0;
    double max = 0;
    double stddev = 0;  ///< sample standard deviation (n - 1); 0 for one value
    std::optional<double>
        ci95;  ///< half width of the 95 % interval of the mean, Student's t; two values at least
};

/// Throws std::invalid_argument for an empty span.
RepeatStatistics repeat_statistics(std::span<const double> values);

/// Two-sided 95 % quantile of Student's t. Exact to 1e-3 for every number of degrees of freedom >= 1.
double student_t_975(int degrees_of_freedom);

}  // namespace arcmeter::protocol

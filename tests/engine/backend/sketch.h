// SPDX-License-Identifier: Apache-2.0
// A few numbers of a tensor by which another program can tell how far its own is from it: what one machine
// has computed is compared with on another, without carrying the values there.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

namespace arcmeter::backend::test {

/// The Euclidean norm, and sums of the elements with signs drawn at random (the same for every tensor of that
/// size). The expected square of the difference of two such sums is the square of the tensors' distance
/// (Alon, Matias and Szegedy, "The space complexity of approximating the frequency moments", 1996): with 32
/// of them, their mean is within a quarter of it nearly always.
struct Sketch {
    double norm = 0;
    std::array<double, 32> sums{};
};

Sketch sketch_of(const std::vector<float>& values);
std::map<std::string, Sketch> sketches_of(const std::map<std::string, std::vector<float>>& values);

/// Estimated distance in the Euclidean norm; infinite where either has a NaN or an infinity.
double estimated_distance(const Sketch& a, const Sketch& b);

/// As expect_all_close() of tensors (network_support.h).
double expect_all_close(const std::map<std::string, Sketch>& actual,
                        const std::map<std::string, Sketch>& expected, double tolerance,
                        double negligible = 1e-3);

}  // namespace arcmeter::backend::test

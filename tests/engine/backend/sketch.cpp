// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/backend/sketch.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::test {
namespace {

/// SplitMix64: 64 bits that look independent from one number to the next.
std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

}  // namespace

Sketch sketch_of(const std::vector<float>& values) {
    Sketch sketch;
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = values[i];
        squares += value * value;
        const std::uint64_t signs = mixed(i);
        for (std::size_t k = 0; k < sketch.sums.size(); ++k) {
            const double sign = static_cast<double>((signs >> k) & 1) * 2 - 1;
            sketch.sums[k] += sign * value;
        }
    }
    sketch.norm = std::sqrt(squares);
    return sketch;
}

std::map<std::string, Sketch> sketches_of(const std::map<std::string, std::vector<float>>& values) {
    std::map<std::string, Sketch> sketches;
    for (const auto& [name, of_tensor] : values) sketches[name] = sketch_of(of_tensor);
    return sketches;
}

double estimated_distance(const Sketch& a, const Sketch& b) {
    double squares = 0;
    for (std::size_t k = 0; k < a.sums.size(); ++k) {
        const double difference = a.sums[k] - b.sums[k];
        squares += difference * difference;
    }
    squares /= static_cast<double>(a.sums.size());
    return std::isfinite(squares) ? std::sqrt(squares) : std::numeric_limits<double>::infinity();
}

double expect_all_close(const std::map<std::string, Sketch>& actual,
                        const std::map<std::string, Sketch>& expected, double tolerance, double negligible) {
    std::map<std::string, TensorDistance> distances;
    for (const auto& [name, sketch] : expected) {
        TensorDistance& entry = distances[name];
        entry.norm = sketch.norm;
        if (const auto found = actual.find(name); found != actual.end())
            entry.difference = estimated_distance(found->second, sketch);
    }
    return expect_all_close(distances, tolerance, negligible);
}

}  // namespace arcmeter::backend::test

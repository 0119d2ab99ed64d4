// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/initialise.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "kernels/math/random.h"

namespace arcmeter::backend {
namespace {

float unit_interval(std::uint32_t bits) {
    return (static_cast<float>(bits >> 8) + 0.5f) * 0x1p-24f;
}

/// Two normal values from two uniform ones (Box and Muller, 1958).
void normal_pair(std::uint32_t a, std::uint32_t b, float stddev, float* out) {
    const float radius = stddev * std::sqrt(-2.0f * std::log(unit_interval(a)));
    const float angle = 2.0f * std::numbers::pi_v<float> * unit_interval(b);
    out[0] = radius * std::cos(angle);
    out[1] = radius * std::sin(angle);
}

/// `first`: place of values[0] among all values of the key. Values come in groups of four.
void fill_normal(std::uint64_t key, float stddev, std::int64_t first, std::span<float> values) {
    const std::int64_t end = first + static_cast<std::int64_t>(values.size());
#pragma omp parallel for schedule(static)
    for (std::int64_t group = first / 4; group < (end + 3) / 4; ++group) {
        const kernels::PhiloxResult bits = kernels::philox(static_cast<std::uint64_t>(group), 0, key);
        float four[4];
        normal_pair(bits.word[0], bits.word[1], stddev, four);
        normal_pair(bits.word[2], bits.word[3], stddev, four + 2);
        const std::int64_t from = std::max(first, group * 4), to = std::min(end, group * 4 + 4);
        std::copy(four + (from - group * 4), four + (to - group * 4), values.data() + (from - first));
    }
}

}  // namespace

std::uint64_t tensor_key(std::uint64_t seed, const std::string& name) {
    // FNV-1a over the name, started from the seed.
    std::uint64_t hash = 0xcbf29ce484222325ull ^ (seed * 0x9e3779b97f4a7c15ull);
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    return hash;
}

void fill_initial(const graph::Tensor& tensor, std::uint64_t key, std::span<float> values,
                  std::int64_t first) {
    switch (tensor.initialiser) {
        case graph::Initialiser::none:
            return;
        case graph::Initialiser::zero:
            std::fill(values.begin(), values.end(), 0.0f);
            return;
        case graph::Initialiser::one:
            std::fill(values.begin(), values.end(), 1.0f);
            return;
        case graph::Initialiser::prelu_slope:
            std::fill(values.begin(), values.end(), 0.25f);
            return;
        case graph::Initialiser::normal:
            fill_normal(key, static_cast<float>(tensor.initial_stddev), tensor.initial_first + first, values);
            return;
        case graph::Initialiser::kaiming_fan_out: {
            // He et al., 2015, for ReLU: variance 2 / (out * kernel area).
            const double fan_out = static_cast<double>(tensor.shape.n * tensor.shape.spatial());
            fill_normal(key, static_cast<float>(std::sqrt(2.0 / fan_out)), tensor.initial_first + first,
                        values);
            return;
        }
    }
    throw std::logic_error("fill_initial: unknown initialiser");
}

}  // namespace arcmeter::backend

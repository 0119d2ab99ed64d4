// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/margin_softmax.h"

#include <algorithm>
#include <cmath>

#include "kernels/elements.h"
#include "kernels/math/stochastic_rounding.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

/// The fast code's limit, which is 1 - 1e-7 in float.
double cosine_at(const LogitChunk& chunk, std::int64_t i, std::int64_t j) {
    const double limit = static_cast<double>(1.0f - 1e-7f);
    const double cosine =
        static_cast<double>(chunk.dots[i * chunk.stride + j]) * static_cast<double>(chunk.inv_norm[j]);
    return cosine > limit ? limit : (cosine < -limit ? -limit : cosine);
}

bool is_target(const LogitChunk& chunk, std::int64_t i, std::int64_t j) {
    return chunk.labels[i] >= 0 && chunk.labels[i] == chunk.class_offset + j;
}

}  // namespace

void margin_softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                                  float* target_cos) {
    for (std::int64_t i = 0; i < chunk.rows; ++i) {
        double sum = static_cast<double>(sum_exp[i]);
        double largest = static_cast<double>(max_other[i]);
        for (std::int64_t j = 0; j < chunk.columns; ++j) {
            const double cosine = cosine_at(chunk, i, j);
            if (is_target(chunk, i, j)) {
                target_cos[i] = static_cast<float>(cosine);
            } else {
                sum += std::exp(static_cast<double>(s) * cosine);
                largest = std::max(largest, cosine);
            }
        }
        sum_exp[i] = static_cast<float>(sum);
        max_other[i] = static_cast<float>(largest);
    }
}

void margin_softmax_backward_chunk(const BackwardChunkArgs& args) {
    const LogitChunk& chunk = args.chunk;
    for (std::int64_t j = 0; j < chunk.columns; ++j) {
        double column_sum = 0;
        for (std::int64_t i = 0; i < chunk.rows; ++i) {
            const double cosine = cosine_at(chunk, i, j);
            const double probability = std::exp(static_cast<double>(args.s) * cosine) *
                                       static_cast<double>(args.inverse_normaliser[i]);
            const double dcos = is_target(chunk, i, j) ? static_cast<double>(args.target_dcos[i])
                                                       : static_cast<double>(args.s) * probability *
                                                             static_cast<double>(args.gradient_scale);
            column_sum += dcos * cosine;
            chunk.dots[i * chunk.stride + j] =
                static_cast<float>(dcos * static_cast<double>(chunk.inv_norm[j]));
        }
        args.column_sums[j] = static_cast<float>(column_sum);
    }
}

void centre_gradient(const CentreGradientArgs& args) {
    for (std::int64_t j = 0; j < args.columns; ++j) {
        const std::int64_t row = args.rows != nullptr ? args.rows[j] : j;
        const double inverse = static_cast<double>(args.inv_norm[j]);
        const double share = inverse * inverse * static_cast<double>(args.column_sums[j]);
        for (std::int64_t d = 0; d < args.width; ++d) {
            args.gradient[j * args.width + d] =
                static_cast<float>(static_cast<double>(args.r[j * args.width + d]) -
                                   static_cast<double>(args.weight[row * args.width + d]) * share);
        }
    }
}

namespace {

void store_rounded(ElementType type, void* data, std::int64_t index, float value, std::uint32_t random) {
    if (type == ElementType::f32) {
        static_cast<float*>(data)[index] = value;
    } else {
        static_cast<bfloat16*>(data)[index] = stochastic_bfloat16(value, random);
    }
}

}  // namespace

void centre_update(const CentreUpdateArgs& args) {
    for (std::int64_t j = 0; j < args.columns; ++j) {
        const std::int64_t row = args.rows != nullptr ? args.rows[j] : j;
        const double inverse = static_cast<double>(args.inv_norm[j]);
        const double share = inverse * inverse * static_cast<double>(args.column_sums[j]);
        for (std::int64_t d = 0; d < args.width; ++d) {
            const std::int64_t e = row * args.width + d;
            const double w = static_cast<double>(read_element(args.weight_type, args.weight, e));
            const double gradient = (static_cast<double>(args.r[j * args.width + d]) - w * share) *
                                    static_cast<double>(args.gradient_scale);
            const double v =
                static_cast<double>(args.momentum_factor) *
                    static_cast<double>(read_element(args.momentum_type, args.momentum, e)) -
                static_cast<double>(args.rate) * (gradient + static_cast<double>(args.decay) * w);
            const auto element = static_cast<std::uint64_t>(args.first_row * args.width + e);
            const std::uint32_t bits = class_rounding_bits(args.seed, args.step, element);
            store_rounded(args.momentum_type, args.momentum, e, static_cast<float>(v),
                          momentum_rounding(bits));
            store_rounded(args.weight_type, args.weight, e, static_cast<float>(w + v), weight_rounding(bits));
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference

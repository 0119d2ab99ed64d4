// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/margin_softmax.h"

#include <algorithm>
#include <cmath>

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

void centre_update(const CentreUpdateArgs& args) {
    for (std::int64_t j = 0; j < args.columns; ++j) {
        const std::int64_t row = args.rows != nullptr ? args.rows[j] : j;
        const double inverse = static_cast<double>(args.inv_norm[j]);
        const double share = inverse * inverse * static_cast<double>(args.column_sums[j]);
        for (std::int64_t d = 0; d < args.width; ++d) {
            float& weight = args.weight[row * args.width + d];
            float& momentum = args.momentum[row * args.width + d];
            const double w = static_cast<double>(weight);
            const double gradient = (static_cast<double>(args.r[j * args.width + d]) - w * share) *
                                    static_cast<double>(args.gradient_scale);
            const double v =
                static_cast<double>(args.momentum_factor) * static_cast<double>(momentum) -
                static_cast<double>(args.rate) * (gradient + static_cast<double>(args.decay) * w);
            momentum = static_cast<float>(v);
            weight = static_cast<float>(w + v);
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/margin_softmax.h"

#include <algorithm>

#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

void margin_softmax_start_rows(std::int64_t rows, float* sum_exp, float* max_other, float* target_cos) {
    std::fill(sum_exp, sum_exp + rows, 0.0f);
    std::fill(max_other, max_other + rows, -2.0f);
    std::fill(target_cos, target_cos + rows, 0.0f);
}

void margin_softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                                  float* target_cos) {
    kernel_table().softmax_forward_chunk(chunk, s, sum_exp, max_other, target_cos);
}

double margin_softmax_finish_rows(const FinishRowsArgs& args) {
    double total = 0;
    for (std::int64_t i = 0; i < args.rows; ++i) {
        const RowLoss row = finish_row(args.sum_exp[i], args.target_cos[i], args.margin, args.s);
        args.inverse_normaliser[i] = static_cast<float>(row.inverse_normaliser);
        args.target_dcos[i] = static_cast<float>(row.target_dcos * static_cast<double>(args.gradient_scale));
        if (args.loss != nullptr) {
            args.loss[i] = static_cast<float>(row.loss);
        }
        total += row.loss;
    }
    return args.rows > 0 ? total / static_cast<double>(args.rows) : 0.0;
}

std::int64_t margin_softmax_count_correct(std::int64_t rows, const float* target_cos,
                                          const float* max_other) {
    std::int64_t correct = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
        correct += target_cos[i] > max_other[i] ? 1 : 0;
    }
    return correct;
}

void margin_softmax_backward_chunk(const BackwardChunkArgs& args) {
    kernel_table().softmax_backward_chunk(args);
}

void centre_gradient(const CentreGradientArgs& args) {
    kernel_table().centre_gradient(args);
}

void centre_update(const CentreUpdateArgs& args) {
    kernel_table().centre_update(args);
}

}  // namespace arcmeter::kernels::cpu

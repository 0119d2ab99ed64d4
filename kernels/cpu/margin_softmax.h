// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/layout.h"
#include "kernels/math/margin.h"

// Softmax cross-entropy over cosines with a margin on the target class, in chunks of class columns.
// No logit exceeds s = 64, so sums of exp(logit) need no maximum pass in FP32. With S the sum over the other
// classes and t the target's logit:  loss = log(1 + S / e^t), dloss/dt = -S / (S + e^t).
// Use: start_rows; forward_chunk for each chunk; (all-reduce sum_exp and target_cos by sum over shards);
// finish_rows; then for each chunk, with its dot products stored or computed again, backward_chunk, the
// matrix products dE_hat += G W and R = G^T E_hat by the caller, and centre_update or centre_gradient.

namespace arcmeter::kernels::cpu {

/// Raw dot products e_hat_i . w_j of a batch with a run of class columns.
struct LogitChunk {
    std::int64_t rows;           ///< batch
    std::int64_t columns;        ///< class columns of this chunk
    std::int64_t stride;         ///< floats from one row of dots to the next, >= columns
    std::int64_t class_offset;   ///< number of column 0, counted as the labels are
    float* dots;                 ///< [rows][stride]
    const float* inv_norm;       ///< [columns], 1 / |w_j|
    const std::int32_t* labels;  ///< [rows], or negative where the target is not on this shard
};

/// sum_exp = 0, max_other = -2 (below any cosine), target_cos = 0.
void margin_softmax_start_rows(std::int64_t rows, float* sum_exp, float* max_other, float* target_cos);

/// With cos = clamp(dot * inv_norm): sum_exp[i] += exp(s cos) and max_other[i] = max(cos) over the
/// non-target columns; target_cos[i] = cos of the target if it is in this chunk. dots are only read.
void margin_softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                                  float* target_cos);

struct FinishRowsArgs {
    std::int64_t rows;
    const float* sum_exp;     ///< [rows], over all chunks and shards
    const float* target_cos;  ///< [rows]
    MarginParameters margin;
    float s;
    float gradient_scale;       ///< 1 / global batch, times the loss scale if there is one
    float* loss;                ///< [rows], or null
    float* inverse_normaliser;  ///< [rows], 1 / (S + e^t); 0 where S is 0
    float* target_dcos;         ///< [rows], gradient by the target's cosine, gradient_scale and s included
};

/// Per-row loss and what backward needs. Returns the mean loss of the rows (0 rows: 0).
double margin_softmax_finish_rows(const FinishRowsArgs& args);

/// Rows whose own class has the largest cosine, before the margin.
std::int64_t margin_softmax_count_correct(std::int64_t rows, const float* target_cos, const float* max_other);

struct BackwardChunkArgs {
    LogitChunk chunk;                 ///< its dots become G, in place
    const float* inverse_normaliser;  ///< [rows]
    const float* target_dcos;         ///< [rows]
    float s;
    float gradient_scale;
    float* column_sums;  ///< [columns], written: sum over rows of dcos * cos
};

/// G = dcos * inv_norm, where dcos = s exp(s cos) inverse_normaliser gradient_scale, and target_dcos at the
/// target.
void margin_softmax_backward_chunk(const BackwardChunkArgs& args);

/// Gradient of class centre row j:  dW_j = R_j - w_j inv_norm_j^2 column_sums_j  with R = G^T E_hat.
struct CentreGradientArgs {
    std::int64_t columns;
    std::int64_t width;        ///< D
    const std::int32_t* rows;  ///< [columns], the row of weight of each column; or null: column j is row j
    const float* weight;       ///< [.][width]
    const float* inv_norm;     ///< [columns]
    const float* column_sums;  ///< [columns]
    const float* r;            ///< [columns][width]
    float* gradient;           ///< [columns][width]; may be r
};

void centre_gradient(const CentreGradientArgs& args);

struct CentreUpdateArgs {
    std::int64_t columns;
    std::int64_t width;
    const std::int32_t* rows;  ///< as above, each row at most once
    void* weight;              ///< [.][width] of weight_type, updated
    void* momentum;            ///< [.][width] of momentum_type, updated
    const float* inv_norm;
    const float* column_sums;
    const float* r;
    float rate;
    float momentum_factor;
    float decay;
    float gradient_scale = 1;
    ElementType weight_type = ElementType::f32;    ///< f32 or bf16
    ElementType momentum_type = ElementType::f32;  ///< f32 or bf16
    std::uint64_t seed = 0;      ///< of stochastic rounding (kernels/math/stochastic_rounding.h)
    std::uint64_t step = 0;      ///< likewise
    std::int64_t first_row = 0;  ///< number of the row that weight and momentum point to, likewise
};

/// centre_gradient and SGD (as sgd_update) fused: one read and one write of each touched row. Computed in
/// float; what is stored as bfloat16 is rounded stochastically, and the weight moves by the momentum before
/// that is rounded.
void centre_update(const CentreUpdateArgs& args);

}  // namespace arcmeter::kernels::cpu

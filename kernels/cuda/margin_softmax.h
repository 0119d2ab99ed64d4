// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernels/cuda/step_state.h"
#include "kernels/cuda/stream.h"
#include "kernels/layout.h"
#include "kernels/math/margin.h"

// Softmax cross-entropy over cosines with a margin on the target class, in chunks of class columns; how the
// pieces fit together is in kernels/cpu/margin_softmax.h. Dot products, sums and losses are float in every
// precision; G, an operand of products, may be half. Everything about a row is summed by one block in a fixed
// order.

namespace arcmeter::kernels::cuda {

/// Raw dot products e_hat_i . w_j of a batch with a run of class columns.
struct LogitChunk {
    std::int64_t rows;           ///< batch
    std::int64_t columns;        ///< class columns of this chunk
    std::int64_t stride;         ///< floats from one row of dots to the next, >= columns
    std::int64_t class_offset;   ///< number of column 0, counted as the labels are
    float* dots;                 ///< [rows][stride]
    const float* inv_norm;       ///< [columns], 1 / |w_j|
    const std::int32_t* labels;  ///< [rows], or negative where the target is not on this shard
    /// Device: columns from *count - class_offset on are unused row slots of a sample; or null: none are.
    const std::int32_t* count = nullptr;
};

/// sum_exp = 0, max_other = -2 (below any cosine), target_cos = 0.
void margin_softmax_start_rows(std::int64_t rows, float* sum_exp, float* max_other, float* target_cos,
                               Stream stream);

/// With cos = clamp(dot * inv_norm): sum_exp[i] += exp(s cos) and max_other[i] = max(cos) over the
/// non-target columns; target_cos[i] = cos of the target if it is in this chunk. dots are only read.
void margin_softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                                  float* target_cos, Stream stream);

struct FinishRowsArgs {
    std::int64_t rows;
    const float* sum_exp;     ///< [rows], over all chunks and shards
    const float* max_other;   ///< [rows], or null: the share is not written
    const float* target_cos;  ///< [rows]
    MarginParameters margin;
    float s;
    float gradient_scale;       ///< 1 / global batch
    const StepState* state;     ///< its loss scale multiplies gradient_scale; or null: 1
    float* loss;                ///< [rows], or null
    float* inverse_normaliser;  ///< [rows], 1 / (S + e^t); 0 where S is 0
    float* target_dcos;         ///< [rows], gradient by the target's cosine, both scales and s included
    float* result;  ///< [2]: sum of the rows' losses / loss_rows; rows whose own class has the largest cosine
                    ///< / loss_rows
    std::int64_t loss_rows;  ///< of the global batch, whose mean the losses of all ranks' rows add up to
};

/// Per-row loss and what backward needs. rows >= 1.
void margin_softmax_finish_rows(const FinishRowsArgs& args, Stream stream);

/// *accuracy = share of the rows whose target_cos is larger than max_other. rows >= 1.
void margin_softmax_accuracy(std::int64_t rows, const float* target_cos, const float* max_other,
                             float* accuracy, Stream stream);

struct BackwardChunkArgs {
    LogitChunk chunk;
    const float* inverse_normaliser;  ///< [rows]
    const float* target_dcos;         ///< [rows]
    float s;
    float gradient_scale;    ///< 1 / global batch
    const StepState* state;  ///< its loss scale multiplies gradient_scale; or null: 1
    ElementType type;        ///< of G
    void* gradient;          ///< G [rows][gradient_stride]; may be chunk.dots if float and of the same stride
    std::int64_t gradient_stride;
    float* column_sums;  ///< [columns], written: sum over rows of dcos * cos
};

/// G = dcos * inv_norm, where dcos = s exp(s cos) inverse_normaliser gradient_scale, and target_dcos at the
/// target. G and column_sums of unused columns are 0.
void margin_softmax_backward_chunk(const BackwardChunkArgs& args, Stream stream);

/// Gradient of class centre row j:  dW_j = R_j - w_j inv_norm_j^2 column_sums_j  with R = G^T E_hat.
struct CentreGradientArgs {
    std::int64_t columns;
    std::int64_t width;         ///< D
    const std::int32_t* rows;   ///< [columns], the row of weight of each column; or null: column j is row j
    const std::int32_t* count;  ///< device: columns from *count - first_column on are unused; or null: none
    std::int64_t first_column;  ///< number of column 0, as count counts
    const float* weight;        ///< [.][width]
    const float* inv_norm;      ///< [columns]
    const float* column_sums;   ///< [columns]
    const float* r;             ///< [columns][width]
    float* gradient;            ///< [columns][width], unused columns 0; may be r
};

void centre_gradient(const CentreGradientArgs& args, Stream stream);

struct CentreUpdateArgs {
    std::int64_t columns;
    std::int64_t width;
    const std::int32_t* rows;   ///< as above, each row at most once
    const std::int32_t* count;  ///< as above
    std::int64_t first_column;
    void* weight;    ///< [.][width] of weight_type, updated
    void* momentum;  ///< [.][width] of momentum_type, updated
    const float* inv_norm;
    const float* column_sums;
    const float* r;
    float momentum_factor;
    float decay;
    float gradient_scale = 1;  ///< 1 / ranks where gradients are summed over them
    StepState* state;          ///< learning rate; and the loss scale, which divides gradient_scale
    /// Leave a row whose gradient is not finite as it is, and set the loss scale's head_overflow.
    bool skip_overflow = false;
    ElementType weight_type = ElementType::f32;    ///< f32 or bf16
    ElementType momentum_type = ElementType::f32;  ///< f32 or bf16
    std::uint64_t seed = 0;      ///< of stochastic rounding (kernels/math/stochastic_rounding.h)
    std::int64_t first_row = 0;  ///< number of the row that weight and momentum point to, likewise
};

/// centre_gradient and SGD (as sgd_update) fused: one read and one write of each touched row. Computed in
/// float; what is stored as bfloat16 is rounded stochastically, as on the CPU. Weight and momentum may lie in
/// pinned host memory: the touched rows alone are moved.
void centre_update(const CentreUpdateArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

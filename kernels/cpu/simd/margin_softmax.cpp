// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/exponential.h"
#include "kernels/cpu/simd/kernels.h"
#include "kernels/math/margin.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

constexpr int n = native_lanes;
constexpr std::int64_t tile_columns = 1024;

template <int N>
[[gnu::always_inline]] inline Vec<N> clamped(Vec<N> cosine) {
    const Vec<N> limit = splat<N>(1.0f - 1e-7f);
    return cosine > limit ? limit : (cosine < -limit ? -limit : cosine);
}

/// one<N>(j) for j from begin to end.
template <class One>
[[gnu::always_inline]] inline void for_columns(std::int64_t begin, std::int64_t end, One one) {
    std::int64_t j = begin;
    for (; j + n <= end; j += n) {
        one.template operator()<n>(j);
    }
    for (; j < end; ++j) {
        one.template operator()<1>(j);
    }
}

/// Column of row i's target within begin..end - 1, or end if it is not there.
std::int64_t target_column(const LogitChunk& chunk, std::int64_t i, std::int64_t begin, std::int64_t end) {
    const std::int64_t column = chunk.labels[i] - chunk.class_offset;
    return chunk.labels[i] >= 0 && column >= begin && column < end ? column : end;
}

struct RowSums {
    Vec<n> vector_sum = {};
    Vec<n> vector_max = splat<n>(-2.0f);
    float sum = 0;
    float max = -2.0f;

    template <int N>
    [[gnu::always_inline]] void add(Vec<N> cosine, float s) {
        const Vec<N> term = exponential<N>(cosine * s);
        if constexpr (N == 1) {
            sum += term;
            max = cosine > max ? cosine : max;
        } else {
            vector_sum += term;
            vector_max = cosine > vector_max ? cosine : vector_max;
        }
    }
};

void forward_row(const LogitChunk& chunk, float s, std::int64_t i, float* sum_exp, float* max_other,
                 float* target_cos) {
    const float* dots = chunk.dots + i * chunk.stride;
    const float* inv_norm = chunk.inv_norm;
    const std::int64_t target = target_column(chunk, i, 0, chunk.columns);
    RowSums sums;
    const auto add = [&]<int N>(std::int64_t j) {
        sums.add<N>(clamped<N>(load<N>(dots + j) * load<N>(inv_norm + j)), s);
    };
    for_columns(0, target, add);
    for_columns(target + 1, chunk.columns, add);
    if (target < chunk.columns) {
        target_cos[i] = clamped<1>(dots[target] * inv_norm[target]);
    }
    sum_exp[i] += sum_lanes<n>(sums.vector_sum) + sums.sum;
    const float largest = max_lanes<n>(sums.vector_max);
    const float row_max = largest > sums.max ? largest : sums.max;
    max_other[i] = row_max > max_other[i] ? row_max : max_other[i];
}

void backward_tile(const BackwardChunkArgs& args, std::int64_t begin, std::int64_t end) {
    const LogitChunk& chunk = args.chunk;
    const float* inv_norm = chunk.inv_norm;
    float* column_sums = args.column_sums;
    for (std::int64_t j = begin; j < end; ++j) {
        column_sums[j] = 0;
    }
    for (std::int64_t i = 0; i < chunk.rows; ++i) {
        float* dots = chunk.dots + i * chunk.stride;
        const float s = args.s;
        const float normaliser = args.inverse_normaliser[i];
        const float factor = args.s * args.gradient_scale;
        const auto other = [=]<int N>(std::int64_t j) {
            const Vec<N> inverse = load<N>(inv_norm + j);
            const Vec<N> cosine = clamped<N>(load<N>(dots + j) * inverse);
            const Vec<N> dcos = exponential<N>(cosine * s) * normaliser * factor;
            store<N>(dots + j, dcos * inverse);
            store<N>(column_sums + j, load<N>(column_sums + j) + dcos * cosine);
        };
        const std::int64_t target = target_column(chunk, i, begin, end);
        for_columns(begin, target, other);
        for_columns(target + 1, end, other);
        if (target < end) {
            const float cosine = clamped<1>(dots[target] * inv_norm[target]);
            dots[target] = args.target_dcos[i] * inv_norm[target];
            column_sums[target] += args.target_dcos[i] * cosine;
        }
    }
}

}  // namespace

void softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                           float* target_cos) {
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < chunk.rows; ++i) {
        forward_row(chunk, s, i, sum_exp, max_other, target_cos);
    }
}

void softmax_backward_chunk(const BackwardChunkArgs& args) {
    const std::int64_t columns = args.chunk.columns;
#pragma omp parallel for schedule(static)
    for (std::int64_t begin = 0; begin < columns; begin += tile_columns) {
        backward_tile(args, begin, begin + tile_columns < columns ? begin + tile_columns : columns);
    }
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/margin_softmax.h"

#include <cmath>

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"
#include "kernels/cuda/warp_rows.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int row_threads = 512;  ///< of the block that takes a row of a chunk
constexpr int finish_threads = 256;
constexpr int backward_rows = 8;  ///< rows that a block of the backward pass has under way

/// Sums and maxima over a block, in a fixed order, valid in thread 0.
template <int Threads, class Value, class Combine>
__device__ Value block_combine(Value value, Combine combine) {
    __shared__ Value of_warps[Threads / warp_lanes];
#pragma unroll
    for (int distance = warp_lanes / 2; distance > 0; distance /= 2) {
        value = combine(value, __shfl_xor_sync(0xffffffffu, value, distance));
    }
    if (warp_lane() == 0) of_warps[threadIdx.x / warp_lanes] = value;
    __syncthreads();
    if (threadIdx.x == 0) {
        for (int warp = 1; warp < Threads / warp_lanes; ++warp) value = combine(value, of_warps[warp]);
    }
    __syncthreads();
    return value;
}

struct Plus {
    template <class Value>
    __device__ Value operator()(Value a, Value b) const {
        return a + b;
    }
};

struct Larger {
    __device__ float operator()(float a, float b) const { return a > b ? a : b; }
};

/// Column of row i's target among the first `used` of the chunk, or -1.
__device__ std::int64_t target_column(const LogitChunk& chunk, std::int64_t row, std::int64_t used) {
    const std::int64_t column = chunk.labels[row] - chunk.class_offset;
    return chunk.labels[row] >= 0 && column >= 0 && column < used ? column : -1;
}

__global__ void start_kernel(std::int64_t rows, float* sum_exp, float* max_other, float* target_cos) {
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * finish_threads + threadIdx.x;
    if (i >= rows) return;
    sum_exp[i] = 0;
    max_other[i] = -2;
    target_cos[i] = 0;
}

struct RowSums {
    float sum = 0;
    float largest = -2;
    std::int64_t target;

    __device__ void add(std::int64_t column, float dot, float inv_norm, float s, float* target_cos) {
        const float cosine = clamp_cosine(dot * inv_norm);
        if (column == target) {
            *target_cos = cosine;
        } else {
            sum += std::exp(s * cosine);
            largest = cosine > largest ? cosine : largest;
        }
    }
};

/// A block takes a row.
template <int V>
__global__ void __launch_bounds__(row_threads)
    forward_kernel(LogitChunk chunk, float s, float* sum_exp, float* max_other, float* target_cos) {
    const std::int64_t row = blockIdx.x;
    const float* dots = chunk.dots + row * chunk.stride;
    const std::int64_t used = columns_in_use(chunk.count, chunk.class_offset, chunk.columns);
    RowSums sums;
    sums.target = target_column(chunk, row, used);
    const std::int64_t whole = used / V * V;
#pragma unroll 4
    for (std::int64_t j = threadIdx.x * V; j < whole; j += row_threads * V) {
        const Pack<float, V> values = load<V>(dots + j);
        const Pack<float, V> norms = load<V>(chunk.inv_norm + j);
#pragma unroll
        for (int k = 0; k < V; ++k) sums.add(j + k, values.lane[k], norms.lane[k], s, target_cos + row);
    }
    const std::int64_t rest = whole + threadIdx.x;
    if (rest < used) sums.add(rest, dots[rest], chunk.inv_norm[rest], s, target_cos + row);
    const float sum = block_combine<row_threads>(sums.sum, Plus{});
    const float largest = block_combine<row_threads>(sums.largest, Larger{});
    if (threadIdx.x == 0) {
        sum_exp[row] += sum;
        max_other[row] = largest > max_other[row] ? largest : max_other[row];
    }
}

__device__ float scaled(float gradient_scale, const StepState* state) {
    return state != nullptr ? gradient_scale * state->loss_scale.scale : gradient_scale;
}

/// One block for all rows.
__global__ void __launch_bounds__(finish_threads) finish_kernel(FinishRowsArgs args) {
    const auto gradient_scale = static_cast<double>(scaled(args.gradient_scale, args.state));
    double loss = 0;
    int correct = 0;
    for (std::int64_t i = threadIdx.x; i < args.rows; i += finish_threads) {
        const RowLoss row = finish_row(args.sum_exp[i], args.target_cos[i], args.margin, args.s);
        args.inverse_normaliser[i] = static_cast<float>(row.inverse_normaliser);
        args.target_dcos[i] = static_cast<float>(row.target_dcos * gradient_scale);
        if (args.loss != nullptr) args.loss[i] = static_cast<float>(row.loss);
        loss += row.loss;
        if (args.max_other != nullptr) correct += args.target_cos[i] > args.max_other[i] ? 1 : 0;
    }
    loss = block_combine<finish_threads>(loss, Plus{});
    correct = block_combine<finish_threads>(correct, Plus{});
    if (threadIdx.x == 0) {
        args.result[0] = static_cast<float>(loss / static_cast<double>(args.loss_rows));
        if (args.max_other != nullptr) {
            args.result[1] = static_cast<float>(correct) / static_cast<float>(args.loss_rows);
        }
    }
}

/// One block for all rows.
__global__ void __launch_bounds__(finish_threads)
    accuracy_kernel(std::int64_t rows, const float* target_cos, const float* max_other, float* accuracy) {
    int correct = 0;
    for (std::int64_t i = threadIdx.x; i < rows; i += finish_threads) {
        correct += target_cos[i] > max_other[i] ? 1 : 0;
    }
    correct = block_combine<finish_threads>(correct, Plus{});
    if (threadIdx.x == 0) *accuracy = static_cast<float>(correct) / static_cast<float>(rows);
}

/// V columns of one row: G into out, the columns' terms of dcos cos added to sums.
template <class E, int V>
__device__ void backward_pack(const BackwardChunkArgs& args, std::int64_t row, std::int64_t first,
                              std::int64_t used, float factor, const Floats<V>& inv_norm, Floats<V>& sums) {
    const std::int64_t target = target_column(args.chunk, row, used);
    const float normaliser = args.inverse_normaliser[row];
    const Floats<V> dots = widen(load<V>(args.chunk.dots + row * args.chunk.stride + first));
    Floats<V> gradient = splat<V>(0);
#pragma unroll
    for (int k = 0; k < V; ++k) {
        const std::int64_t column = first + k;
        if (column >= used) continue;
        const float cosine = clamp_cosine(dots[k] * inv_norm[k]);
        const float dcos =
            column == target ? args.target_dcos[row] : std::exp(args.s * cosine) * normaliser * factor;
        gradient[k] = dcos * inv_norm[k];
        sums[k] += dcos * cosine;
    }
    store(static_cast<E*>(args.gradient) + row * args.gradient_stride + first, narrow<E>(gradient));
}

/// A warp takes V columns a lane, the warps of a block take rows in turn.
template <class E, int V>
__global__ void __launch_bounds__(warp_lanes* backward_rows) backward_kernel(BackwardChunkArgs args) {
    __shared__ float of_rows[backward_rows][warp_lanes * V];
    const LogitChunk& chunk = args.chunk;
    const std::int64_t used = columns_in_use(chunk.count, chunk.class_offset, chunk.columns);
    const int row_lane = static_cast<int>(threadIdx.x) / warp_lanes;
    const std::int64_t begin = static_cast<std::int64_t>(blockIdx.x) * warp_lanes * V;
    const std::int64_t first = begin + warp_lane() * V;
    const float factor = args.s * scaled(args.gradient_scale, args.state);
    Floats<V> sums = splat<V>(0);
    if (first < chunk.columns) {
        const Floats<V> inv_norm = widen(load<V>(chunk.inv_norm + first));
#pragma unroll 4
        for (std::int64_t row = row_lane; row < chunk.rows; row += backward_rows) {
            backward_pack<E>(args, row, first, used, factor, inv_norm, sums);
        }
    }
#pragma unroll
    for (int k = 0; k < V; ++k) of_rows[row_lane][warp_lane() * V + k] = sums[k];
    __syncthreads();
    for (int at = static_cast<int>(threadIdx.x); at < warp_lanes * V; at += warp_lanes * backward_rows) {
        float total = 0;
        for (int r = 0; r < backward_rows; ++r) total += of_rows[r][at];
        if (begin + at < chunk.columns) args.column_sums[begin + at] = total;
    }
}

void check_chunk(const char* name, const LogitChunk& chunk) {
    check_size(name, "rows", chunk.rows, 1, 0x7fffffff);
    check_size(name, "columns", chunk.columns);
    check_size(name, "stride", chunk.stride, chunk.columns);
    check_pointer(name, "dots", chunk.dots);
    check_pointer(name, "inv_norm", chunk.inv_norm);
    check_pointer(name, "labels", chunk.labels);
}

}  // namespace

void margin_softmax_start_rows(std::int64_t rows, float* sum_exp, float* max_other, float* target_cos,
                               Stream stream) {
    constexpr const char* name = "margin_softmax_start_rows";
    check_size(name, "rows", rows);
    check_pointer(name, "sum_exp", sum_exp);
    check_pointer(name, "max_other", max_other);
    check_pointer(name, "target_cos", target_cos);
    const LaunchShape shape{dim3(blocks_for(rows, finish_threads)), dim3(finish_threads)};
    ARCMETER_LAUNCH(start_kernel, shape, stream, rows, sum_exp, max_other, target_cos);
}

void margin_softmax_forward_chunk(const LogitChunk& chunk, float s, float* sum_exp, float* max_other,
                                  float* target_cos, Stream stream) {
    constexpr const char* name = "margin_softmax_forward_chunk";
    check_chunk(name, chunk);
    check_pointer(name, "sum_exp", sum_exp);
    check_pointer(name, "max_other", max_other);
    check_pointer(name, "target_cos", target_cos);
    const LaunchShape shape{dim3(static_cast<unsigned>(chunk.rows)), dim3(row_threads)};
    if (chunk.stride % row_width == 0 && aligned_to_16(chunk.dots, chunk.inv_norm)) {
        ARCMETER_LAUNCH(forward_kernel<row_width>, shape, stream, chunk, s, sum_exp, max_other, target_cos);
    } else {
        ARCMETER_LAUNCH(forward_kernel<1>, shape, stream, chunk, s, sum_exp, max_other, target_cos);
    }
}

void margin_softmax_finish_rows(const FinishRowsArgs& args, Stream stream) {
    constexpr const char* name = "margin_softmax_finish_rows";
    check_size(name, "rows", args.rows);
    check_pointer(name, "sum_exp", args.sum_exp);
    check_size(name, "loss_rows", args.loss_rows, args.rows);
    check_optional(name, "max_other", args.max_other);
    check_pointer(name, "target_cos", args.target_cos);
    check_pointer(name, "inverse_normaliser", args.inverse_normaliser);
    check_pointer(name, "target_dcos", args.target_dcos);
    check_pointer(name, "result", args.result);
    ARCMETER_LAUNCH(finish_kernel, LaunchShape{dim3(1), dim3(finish_threads)}, stream, args);
}

void margin_softmax_accuracy(std::int64_t rows, const float* target_cos, const float* max_other,
                             float* accuracy, Stream stream) {
    constexpr const char* name = "margin_softmax_accuracy";
    check_size(name, "rows", rows);
    check_pointer(name, "target_cos", target_cos);
    check_pointer(name, "max_other", max_other);
    check_pointer(name, "accuracy", accuracy);
    ARCMETER_LAUNCH(accuracy_kernel, LaunchShape{dim3(1), dim3(finish_threads)}, stream, rows, target_cos,
                    max_other, accuracy);
}

void margin_softmax_backward_chunk(const BackwardChunkArgs& args, Stream stream) {
    constexpr const char* name = "margin_softmax_backward_chunk";
    const LogitChunk& chunk = args.chunk;
    check_chunk(name, chunk);
    check_size(name, "gradient_stride", args.gradient_stride, chunk.columns);
    check_pointer(name, "inverse_normaliser", args.inverse_normaliser);
    check_pointer(name, "target_dcos", args.target_dcos);
    check_pointer(name, "gradient", args.gradient, size_of(args.type));
    check_pointer(name, "column_sums", args.column_sums);
    if (args.gradient == chunk.dots &&
        (args.type != ElementType::f32 || args.gradient_stride != chunk.stride)) {
        reject(name, "gradient is dots with another type or stride");
    }
    const bool wide = chunk.columns % row_width == 0 && chunk.stride % row_width == 0 &&
                      args.gradient_stride % row_width == 0 &&
                      aligned_to_16(chunk.dots, chunk.inv_norm, args.gradient);
    const dim3 block(warp_lanes * backward_rows);
    with_element(args.type, [&](auto element) {
        using E = decltype(element);
        if (wide) {
            const LaunchShape shape{dim3(blocks_for(chunk.columns, warp_lanes * row_width)), block};
            ARCMETER_LAUNCH((backward_kernel<E, row_width>), shape, stream, args);
        } else {
            const LaunchShape shape{dim3(blocks_for(chunk.columns, warp_lanes)), block};
            ARCMETER_LAUNCH((backward_kernel<E, 1>), shape, stream, args);
        }
    });
}

}  // namespace arcmeter::kernels::cuda

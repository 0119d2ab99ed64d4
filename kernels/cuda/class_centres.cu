// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/margin_softmax.h"
#include "kernels/cuda/warp_rows.h"
#include "kernels/math/sgd.h"
#include "kernels/math/stochastic_rounding.h"

// Gradients and updates of class centre rows: a warp takes a column.

namespace arcmeter::kernels::cuda {

namespace {

/// First element of a column's row of weight.
template <class Args>
__device__ std::int64_t row_offset(const Args& args, std::int64_t column) {
    return (args.rows != nullptr ? args.rows[column] : column) * args.width;
}

/// How much of w_j is taken off R_j.
template <class Args>
__device__ float share_of(const Args& args, std::int64_t column) {
    return args.inv_norm[column] * args.inv_norm[column] * args.column_sums[column];
}

template <int V>
__global__ void gradient_kernel(CentreGradientArgs args) {
    const std::int64_t column = warp_row();
    if (column >= args.columns) return;
    float* gradient = args.gradient + column * args.width;
    if (column >= columns_in_use(args.count, args.first_column, args.columns)) {
        for_row<V>(args.width, [&](std::int64_t i) { store(gradient + i, narrow<float>(splat<V>(0))); });
        return;
    }
    const float* weight = args.weight + row_offset(args, column);
    const float* r = args.r + column * args.width;
    const float share = share_of(args, column);
    for_row<V>(args.width, [&](std::int64_t i) {
        const Floats<V> w = widen(load<V>(weight + i));
        Floats<V> out = widen(load<V>(r + i));
#pragma unroll
        for (int k = 0; k < V; ++k) out[k] -= w[k] * share;
        store(gradient + i, narrow<float>(out));
    });
}

/// Whether R and the share taken off it are finite.
template <int V>
__device__ bool finite_row(const float* r, std::int64_t width, float share) {
    bool finite = share * 0.0f == 0.0f;
    for_row<V>(width, [&](std::int64_t i) {
        const Floats<V> values = widen(load<V>(r + i));
#pragma unroll
        for (int k = 0; k < V; ++k) finite = finite && values[k] * 0.0f == 0.0f;
    });
    return __any_sync(0xffffffffu, finite ? 0 : 1) == 0;
}

/// Random bits of V elements from `index` on, a multiple of V; none where nothing is rounded.
template <bool is_random, int V>
__device__ void rounding_bits(const CentreUpdateArgs& args, std::int64_t index, std::uint32_t (&bits)[V]) {
    if constexpr (!is_random) {
        for (std::uint32_t& word : bits) word = 0;
    } else if constexpr (V == 4) {
        const PhiloxResult four = philox(static_cast<std::uint64_t>(index) / 4, args.state->scalars.step,
                                         args.seed ^ class_rounding_salt);
        for (int k = 0; k < 4; ++k) bits[k] = four.word[k];
    } else {
        for (int k = 0; k < V; ++k) {
            bits[k] = class_rounding_bits(args.seed, args.state->scalars.step,
                                          static_cast<std::uint64_t>(index + k));
        }
    }
}

__device__ inline float rounded(float value, std::uint32_t, float*) {
    return value;
}

__device__ inline bfloat16 rounded(float value, std::uint32_t random, bfloat16*) {
    return stochastic_bfloat16(value, random);
}

/// W, M: types of weight and momentum.
template <class W, class M, int V>
__global__ void update_kernel(CentreUpdateArgs args) {
    constexpr bool is_random = sizeof(W) == 2 || sizeof(M) == 2;
    const std::int64_t column = warp_row();
    if (column >= columns_in_use(args.count, args.first_column, args.columns)) return;
    const std::int64_t offset = row_offset(args, column);
    W* weight = static_cast<W*>(args.weight) + offset;
    M* momentum = static_cast<M*>(args.momentum) + offset;
    const float* r = args.r + column * args.width;
    const float share = share_of(args, column);
    if (args.skip_overflow && !finite_row<V>(r, args.width, share)) {
        if (warp_lane() == 0) atomicOr(&args.state->loss_scale.head_overflow, 1);
        return;
    }
    const float rate = args.state->scalars.learning_rate;
    const float gradient_scale = args.gradient_scale / args.state->loss_scale.scale;
    for_row<V>(args.width, [&](std::int64_t i) {
        Floats<V> w = widen(load<V>(static_cast<const W*>(weight) + i));
        Floats<V> v = widen(load<V>(static_cast<const M*>(momentum) + i));
        const Floats<V> product = widen(load<V>(r + i));
#pragma unroll
        for (int k = 0; k < V; ++k) {
            const float gradient = (product[k] - w[k] * share) * gradient_scale;
            sgd_step(w[k], v[k], gradient, rate, args.momentum_factor, args.decay);
        }
        std::uint32_t bits[V];
        rounding_bits<is_random, V>(args, args.first_row * args.width + offset + i, bits);
        Pack<W, V> new_weight;
        Pack<M, V> new_momentum;
#pragma unroll
        for (int k = 0; k < V; ++k) {
            new_weight.lane[k] = rounded(w[k], weight_rounding(bits[k]), static_cast<W*>(nullptr));
            new_momentum.lane[k] = rounded(v[k], momentum_rounding(bits[k]), static_cast<M*>(nullptr));
        }
        store(weight + i, new_weight);
        store(momentum + i, new_momentum);
    });
}

template <class W, class M>
void launch_update(const CentreUpdateArgs& args, Stream stream) {
    const LaunchShape shape = warp_rows_shape(args.columns);
    if (args.width % row_width == 0 && aligned_to_16(args.weight, args.momentum, args.r)) {
        ARCMETER_LAUNCH((update_kernel<W, M, row_width>), shape, stream, args);
    } else {
        ARCMETER_LAUNCH((update_kernel<W, M, 1>), shape, stream, args);
    }
}

void check_state_type(const char* name, ElementType type) {
    if (type == ElementType::f16) reject("centre_update", std::string(name) + " is f16, not f32 or bf16");
}

template <class Args>
void check_centres(const char* name, const Args& args) {
    check_size(name, "columns", args.columns);
    check_size(name, "width", args.width);
    check_pointer(name, "inv_norm", args.inv_norm);
    check_pointer(name, "column_sums", args.column_sums);
    check_pointer(name, "r", args.r);
    check_optional(name, "rows", args.rows);
    check_optional(name, "count", args.count);
}

}  // namespace

void centre_gradient(const CentreGradientArgs& args, Stream stream) {
    check_centres("centre_gradient", args);
    check_pointer("centre_gradient", "weight", args.weight);
    check_pointer("centre_gradient", "gradient", args.gradient);
    const LaunchShape shape = warp_rows_shape(args.columns);
    if (args.width % row_width == 0 && aligned_to_16(args.weight, args.r, args.gradient)) {
        ARCMETER_LAUNCH(gradient_kernel<row_width>, shape, stream, args);
    } else {
        ARCMETER_LAUNCH(gradient_kernel<1>, shape, stream, args);
    }
}

void centre_update(const CentreUpdateArgs& args, Stream stream) {
    check_centres("centre_update", args);
    check_state_type("weight_type", args.weight_type);
    check_state_type("momentum_type", args.momentum_type);
    check_pointer("centre_update", "weight", args.weight, size_of(args.weight_type));
    check_pointer("centre_update", "momentum", args.momentum, size_of(args.momentum_type));
    check_pointer("centre_update", "state", args.state, alignof(StepState));
    const bool half_momentum = args.momentum_type == ElementType::bf16;
    if (args.weight_type == ElementType::bf16) {
        half_momentum ? launch_update<bfloat16, bfloat16>(args, stream)
                      : launch_update<bfloat16, float>(args, stream);
    } else {
        half_momentum ? launch_update<float, bfloat16>(args, stream)
                      : launch_update<float, float>(args, stream);
    }
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/sgd.h"

#include "kernels/cuda/sgd_tiles.h"
#include "kernels/math/sgd.h"

namespace arcmeter::kernels::cuda {

namespace {

template <int V>
__device__ void store_half(const SgdTensor& tensor, std::int64_t at, const Floats<V>& weight) {
    if (tensor.half_copy == nullptr) return;
    if (tensor.half_type == ElementType::bf16) {
        store(static_cast<bfloat16*>(tensor.half_copy) + at, narrow<bfloat16>(weight));
    } else {
        store(static_cast<float16*>(tensor.half_copy) + at, narrow<float16>(weight));
    }
}

struct Update {
    float rate;
    float momentum;
    float gradient_scale;

    template <int V, int Count>
    __device__ bool run(const SgdTensor& tensor, std::int64_t first, std::int64_t stride) const {
        Pack<float, V> weights[Count];
        Pack<float, V> velocities[Count];
        Pack<float, V> gradients[Count];
        load_line(static_cast<const float*>(tensor.weight), first, stride, weights);
        load_line(static_cast<const float*>(tensor.momentum), first, stride, velocities);
        load_line(tensor.gradient, first, stride, gradients);
#pragma unroll
        for (int u = 0; u < Count; ++u) {
            Floats<V> weight = widen(weights[u]);
            Floats<V> velocity = widen(velocities[u]);
#pragma unroll
            for (int i = 0; i < V; ++i) {
                sgd_step(weight[i], velocity[i], gradients[u].lane[i] * gradient_scale, rate, momentum,
                         tensor.decay);
            }
            const std::int64_t at = first + u * stride;
            store(tensor.weight + at, narrow<float>(weight));
            store(tensor.momentum + at, narrow<float>(velocity));
            store_half(tensor, at, weight);
        }
        return true;
    }
};

struct Refresh {
    template <int V, int Count>
    __device__ bool run(const SgdTensor& tensor, std::int64_t first, std::int64_t stride) const {
        Pack<float, V> weights[Count];
        load_line(static_cast<const float*>(tensor.weight), first, stride, weights);
#pragma unroll
        for (int u = 0; u < Count; ++u) store_half(tensor, first + u * stride, widen(weights[u]));
        return true;
    }
};

__global__ void __launch_bounds__(sgd_threads) update_kernel(SgdTensors tensors, SgdParameters parameters) {
    const StepState& state = *parameters.state;
    if (state.loss_scale.overflow != 0) return;
    for_tile(tensors, Update{state.scalars.learning_rate, parameters.momentum,
                             parameters.gradient_scale / state.loss_scale.scale});
}

__global__ void __launch_bounds__(sgd_threads) refresh_kernel(SgdTensors tensors) {
    for_tile(tensors, Refresh{});
}

}  // namespace

std::int64_t lay_out_tiles(std::span<SgdTensor> tensors) {
    std::int64_t tiles = 0;
    for (SgdTensor& tensor : tensors) {
        check_size("lay_out_tiles", "count", tensor.count);
        check_pointer("lay_out_tiles", "weight", tensor.weight);
        check_optional("lay_out_tiles", "gradient", tensor.gradient);
        check_optional("lay_out_tiles", "momentum", tensor.momentum);
        check_together("lay_out_tiles", "gradient and momentum", tensor.gradient, tensor.momentum);
        check_optional("lay_out_tiles", "half_copy", tensor.half_copy, sizeof(std::uint16_t));
        if (tensor.half_copy != nullptr && tensor.half_type == ElementType::f32) {
            reject("lay_out_tiles", "half_type is f32, not bf16 or f16");
        }
        tensor.first_tile = tiles;
        tiles += (tensor.count + sgd_tile - 1) / sgd_tile;
    }
    return tiles;
}

void sgd_update(const SgdTensors& tensors, const SgdParameters& parameters, Stream stream) {
    check_tensors("sgd_update", tensors);
    check_pointer("sgd_update", "state", parameters.state, alignof(StepState));
    ARCMETER_LAUNCH(update_kernel, sgd_shape(tensors), stream, tensors, parameters);
}

void sgd_refresh_copies(const SgdTensors& tensors, Stream stream) {
    check_tensors("sgd_refresh_copies", tensors);
    ARCMETER_LAUNCH(refresh_kernel, sgd_shape(tensors), stream, tensors);
}

}  // namespace arcmeter::kernels::cuda

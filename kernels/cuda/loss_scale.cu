// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/loss_scale.h"

#include "kernels/cuda/sgd_tiles.h"

namespace arcmeter::kernels::cuda {

namespace {

/// Not a number or infinite: the only values whose product with 0 is not 0.
__device__ bool is_finite(float value) {
    return value * 0.0f == 0.0f;
}

struct CheckFinite {
    template <int V, int Count>
    __device__ bool run(const SgdTensor& tensor, std::int64_t first, std::int64_t stride) const {
        Pack<float, V> packs[Count];
        load_line(tensor.gradient, first, stride, packs);
        bool finite = true;
#pragma unroll
        for (int u = 0; u < Count; ++u) {
#pragma unroll
            for (int i = 0; i < V; ++i) finite = finite && is_finite(packs[u].lane[i]);
        }
        return finite;
    }
};

__global__ void __launch_bounds__(sgd_threads) check_kernel(SgdTensors tensors, StepState* state) {
    const bool finite = for_tile(tensors, CheckFinite{});
    const int overflow = __syncthreads_or(finite ? 0 : 1);
    if (overflow != 0 && threadIdx.x == 0) atomicOr(&state->loss_scale.overflow, 1);
}

__global__ void update_kernel(StepState* state) {
    update_loss_scale(state->loss_scale);
}

}  // namespace

void check_finite(const SgdTensors& tensors, StepState* state, Stream stream) {
    check_tensors("check_finite", tensors);
    check_pointer("check_finite", "state", state, alignof(StepState));
    ARCMETER_LAUNCH(check_kernel, sgd_shape(tensors), stream, tensors, state);
}

void loss_scale_update(StepState* state, Stream stream) {
    check_pointer("loss_scale_update", "state", state, alignof(StepState));
    ARCMETER_LAUNCH(update_kernel, LaunchShape{dim3(1), dim3(1)}, stream, state);
}

}  // namespace arcmeter::kernels::cuda

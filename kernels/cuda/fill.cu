// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/fill.h"

#include "kernels/cuda/elementwise.h"

namespace arcmeter::kernels::cuda {

namespace {

struct Fill {
    float value;
    float* x;

    template <int V, int Count>
    __device__ void run(std::int64_t first, std::int64_t stride) const {
#pragma unroll
        for (int u = 0; u < Count; ++u) store(x + first + u * stride, narrow<float>(splat<V>(value)));
    }
};

}  // namespace

void fill(std::int64_t count, float value, float* x, Stream stream) {
    check_size("fill", "count", count);
    check_pointer("fill", "x", x);
    if (aligned_to_16(x)) {
        launch_line<full_width<float>>(count, stream, Fill{value, x});
    } else {
        launch_line<1>(count, stream, Fill{value, x});
    }
}

}  // namespace arcmeter::kernels::cuda

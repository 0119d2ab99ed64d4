// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/add.h"

#include "kernels/cuda/elementwise.h"

namespace arcmeter::kernels::cuda {

namespace {

template <class E>
struct Add {
    const E* a;
    const E* b;
    E* y;

    template <int V, int Count>
    __device__ void run(std::int64_t first, std::int64_t stride) const {
        Pack<E, V> left[Count];
        Pack<E, V> right[Count];
        load_line(a, first, stride, left);
        load_line(b, first, stride, right);
#pragma unroll
        for (int u = 0; u < Count; ++u) {
            Floats<V> sum = widen(left[u]);
            const Floats<V> term = widen(right[u]);
#pragma unroll
            for (int i = 0; i < V; ++i) sum[i] += term[i];
            store(y + first + u * stride, narrow<E>(sum));
        }
    }
};

}  // namespace

void add(ElementType type, std::int64_t count, const void* a, const void* b, void* y, Stream stream) {
    check_size("add", "count", count);
    check_pointer("add", "a", a, size_of(type));
    check_pointer("add", "b", b, size_of(type));
    check_pointer("add", "y", y, size_of(type));
    with_element_and_width(type, aligned_to_16(a, b, y), [&](auto element, auto width) {
        using E = decltype(element);
        launch_line<width.value>(
            count, stream, Add<E>{static_cast<const E*>(a), static_cast<const E*>(b), static_cast<E*>(y)});
    });
}

}  // namespace arcmeter::kernels::cuda

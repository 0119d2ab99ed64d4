// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/unit_norm.h"

#include <cmath>

#include "kernels/cuda/warp_rows.h"

namespace arcmeter::kernels::cuda {

namespace {

template <class E, int V>
__device__ float inverse_norm(const E* x, std::int64_t width) {
    float squares = 0;
    for_row<V>(width, [&](std::int64_t i) {
        const Floats<V> values = widen(load<V>(x + i));
#pragma unroll
        for (int k = 0; k < V; ++k) squares += values[k] * values[k];
    });
    return 1.0f / std::sqrt(warp_sum(squares) + norm_eps);
}

/// xhat null: norms alone. H is the type of the half copy, if there is one.
template <class E, class H, int V>
__global__ void normalise_kernel(std::int64_t rows, std::int64_t width, const E* x_data, float* inverse,
                                 float* xhat_data, H* half_data) {
    const std::int64_t row = warp_row();
    if (row >= rows) return;
    const E* x = x_data + row * width;
    const float factor = inverse_norm<E, V>(x, width);
    if (warp_lane() == 0) inverse[row] = factor;
    if (xhat_data == nullptr) return;
    for_row<V>(width, [&](std::int64_t i) {
        Floats<V> values = widen(load<V>(x + i));
#pragma unroll
        for (int k = 0; k < V; ++k) values[k] *= factor;
        store(xhat_data + row * width + i, narrow<float>(values));
        if (half_data != nullptr) store(half_data + row * width + i, narrow<H>(values));
    });
}

template <class E, int V>
__global__ void backward_kernel(std::int64_t rows, std::int64_t width, const float* xhat_data,
                                const float* inverse, const float* dxhat_data, E* dx_data) {
    const std::int64_t row = warp_row();
    if (row >= rows) return;
    const float* xhat = xhat_data + row * width;
    const float* dxhat = dxhat_data + row * width;
    float dot = 0;
    for_row<V>(width, [&](std::int64_t i) {
        const Floats<V> a = widen(load<V>(xhat + i));
        const Floats<V> b = widen(load<V>(dxhat + i));
#pragma unroll
        for (int k = 0; k < V; ++k) dot += a[k] * b[k];
    });
    dot = warp_sum(dot);
    const float factor = inverse[row];
    for_row<V>(width, [&](std::int64_t i) {
        const Floats<V> a = widen(load<V>(xhat + i));
        const Floats<V> b = widen(load<V>(dxhat + i));
        Floats<V> out;
#pragma unroll
        for (int k = 0; k < V; ++k) out[k] = factor * (b[k] - a[k] * dot);
        store(dx_data + row * width + i, narrow<E>(out));
    });
}

template <class E, class H>
void launch_normalise(std::int64_t rows, std::int64_t width, const E* x, float* inverse, float* xhat, H* half,
                      Stream stream) {
    if (width % row_width == 0 && aligned_to_16(x, xhat, half)) {
        ARCMETER_LAUNCH((normalise_kernel<E, H, row_width>), warp_rows_shape(rows), stream, rows, width, x,
                        inverse, xhat, half);
    } else {
        ARCMETER_LAUNCH((normalise_kernel<E, H, 1>), warp_rows_shape(rows), stream, rows, width, x, inverse,
                        xhat, half);
    }
}

void check_rows(const char* name, std::int64_t rows, std::int64_t width) {
    check_size(name, "rows", rows);
    check_size(name, "width", width);
}

}  // namespace

void inverse_norms(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
                   Stream stream) {
    check_rows("inverse_norms", rows, width);
    check_pointer("inverse_norms", "x", x, size_of(type));
    check_pointer("inverse_norms", "inverse", inverse);
    with_element(type, [&](auto element) {
        using E = decltype(element);
        launch_normalise<E, bfloat16>(rows, width, static_cast<const E*>(x), inverse, nullptr, nullptr,
                                      stream);
    });
}

void unit_norm(ElementType type, std::int64_t rows, std::int64_t width, const void* x, float* inverse,
               float* xhat, ElementType half_type, void* half_copy, Stream stream) {
    check_rows("unit_norm", rows, width);
    check_pointer("unit_norm", "x", x, size_of(type));
    check_pointer("unit_norm", "inverse", inverse);
    check_pointer("unit_norm", "xhat", xhat);
    check_optional("unit_norm", "half_copy", half_copy, sizeof(std::uint16_t));
    if (half_copy != nullptr && half_type == ElementType::f32) {
        reject("unit_norm", "half_type is f32, not bf16 or f16");
    }
    with_element(type, [&](auto element) {
        using E = decltype(element);
        if (half_type == ElementType::f16) {
            launch_normalise(rows, width, static_cast<const E*>(x), inverse, xhat,
                             static_cast<float16*>(half_copy), stream);
        } else {
            launch_normalise(rows, width, static_cast<const E*>(x), inverse, xhat,
                             static_cast<bfloat16*>(half_copy), stream);
        }
    });
}

void unit_norm_backward(ElementType type, std::int64_t rows, std::int64_t width, const float* xhat,
                        const float* inverse, const float* dxhat, void* dx, Stream stream) {
    check_rows("unit_norm_backward", rows, width);
    check_pointer("unit_norm_backward", "xhat", xhat);
    check_pointer("unit_norm_backward", "inverse", inverse);
    check_pointer("unit_norm_backward", "dxhat", dxhat);
    check_pointer("unit_norm_backward", "dx", dx, size_of(type));
    with_element(type, [&](auto element) {
        using E = decltype(element);
        if (width % row_width == 0 && aligned_to_16(xhat, dxhat, dx)) {
            ARCMETER_LAUNCH((backward_kernel<E, row_width>), warp_rows_shape(rows), stream, rows, width, xhat,
                            inverse, dxhat, static_cast<E*>(dx));
        } else {
            ARCMETER_LAUNCH((backward_kernel<E, 1>), warp_rows_shape(rows), stream, rows, width, xhat,
                            inverse, dxhat, static_cast<E*>(dx));
        }
    });
}

}  // namespace arcmeter::kernels::cuda

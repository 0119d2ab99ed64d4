// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/depthwise_groups.h"
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"

// 3x3 depthwise convolution, pad 1, stride 1 or 2. A vector is N neighbouring channels of one block at one
// pixel. Weights and, in the weight gradient, sums stay in registers along a row of pixels; rows of the
// kernel that fall off the image are left out by instantiating the row loop for each range of kernel rows.

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

constexpr int taps = 9;

template <int N, int Cpg>
struct Weights {
    Vec<N> own[taps];
    Vec<N> partner[Cpg == 2 ? taps : 1];
};

/// Weights of N channels. flip turns the kernel by 180 degrees, as the data gradient wants it: then output c
/// takes from its partner what the partner's own weights give, so those are exchanged too.
template <int N, int Cpg>
Weights<N, Cpg> load_weights(const float* weight, std::int64_t block, bool flip) {
    Weights<N, Cpg> w;
    for (int k = 0; k < taps; ++k) {
        const int from = flip ? taps - 1 - k : k;
        w.own[k] = load<N>(weight + from * block);
        if constexpr (Cpg == 2) {
            const Vec<N> partner = load<N>(weight + (taps + from) * block);
            w.partner[k] = flip ? swap_pairs<N>(partner) : partner;
        }
    }
    return w;
}

template <int N, int Cpg>
[[gnu::always_inline]] inline void multiply_add(Vec<N>& sum, const Weights<N, Cpg>& w, int k, Vec<N> x) {
    sum += w.own[k] * x;
    if constexpr (Cpg == 2) {
        sum += w.partner[k] * swap_pairs<N>(x);
    }
}

/// What the row loops need of the shape, and whether the output is written past the caches.
struct Row {
    std::int64_t width;
    std::int64_t block;
    bool stream;
};

/// body(first, last) of the kernel rows [first, last) inside the image, as constants.
template <class Body>
[[gnu::always_inline]] inline void with_kernel_rows(bool first_inside, bool last_inside, Body body) {
    if (first_inside && last_inside) {
        body.template operator()<0, 3>();
    } else if (first_inside) {
        body.template operator()<0, 2>();
    } else if (last_inside) {
        body.template operator()<1, 3>();
    } else {
        body.template operator()<1, 2>();
    }
}

/// One output pixel near the edge: kernel columns that fall off the row are left out.
template <int N, int Cpg, int Stride, int First, int Last, class E>
Vec<N> edge_pixel(const Row& x, const E* const* rows, const Weights<N, Cpg>& w, std::int64_t ox) {
    Vec<N> sum = {};
    for (int ky = First; ky < Last; ++ky) {
        for (int kx = 0; kx < 3; ++kx) {
            const std::int64_t ix = ox * Stride + kx - 1;
            if (ix >= 0 && ix < x.width) {
                multiply_add<N, Cpg>(sum, w, ky * 3 + kx, load<N>(rows[ky] + ix * x.block));
            }
        }
    }
    return sum;
}

/// Count neighbouring output pixels, all of whose kernel columns lie inside the row.
template <int N, int Cpg, int Stride, int First, int Last, int Count, class E>
[[gnu::always_inline]] inline void inner_pixels(const Row& x, const E* const* rows, const Weights<N, Cpg>& w,
                                                std::int64_t ox, E* y) {
    Vec<N> sums[Count] = {};
#pragma GCC unroll 3
    for (int ky = First; ky < Last; ++ky) {
        const E* row = rows[ky] + (ox * Stride - 1) * x.block;
#pragma GCC unroll 9
        for (int column = 0; column < (Count - 1) * Stride + 3; ++column) {
            const Vec<N> pixel = load<N>(row + column * x.block);
#pragma GCC unroll 4
            for (int i = 0; i < Count; ++i) {
                const int kx = column - i * Stride;
                if (kx >= 0 && kx < 3) {
                    multiply_add<N, Cpg>(sums[i], w, ky * 3 + kx, pixel);
                }
            }
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < Count; ++i) {
        store<N>(y + (ox + i) * x.block, sums[i], x.stream);
    }
}

template <int N, int Cpg, int Stride, int First, int Last, class E>
void output_row(const Row& x, const E* const* rows, const Weights<N, Cpg>& w, std::int64_t out_width, E* y) {
    const std::int64_t inner_end = (x.width - 2) / Stride + 1;
    std::int64_t ox = 0;
    store<N>(y, edge_pixel<N, Cpg, Stride, First, Last>(x, rows, w, ox++), x.stream);
    for (; ox + 4 <= inner_end; ox += 4) {
        inner_pixels<N, Cpg, Stride, First, Last, 4>(x, rows, w, ox, y);
    }
    for (; ox < inner_end; ++ox) {
        inner_pixels<N, Cpg, Stride, First, Last, 1>(x, rows, w, ox, y);
    }
    for (; ox < out_width; ++ox) {
        store<N>(y + ox * x.block, edge_pixel<N, Cpg, Stride, First, Last>(x, rows, w, ox), x.stream);
    }
}

template <int N, int Cpg, int Stride, class E>
void forward_plane(const DepthwiseShape& shape, const E* x, const Weights<N, Cpg>& w, bool stream, E* y) {
    const std::int64_t row_size = shape.in_width * shape.block;
    const Row row{shape.in_width, shape.block, stream};
    for (std::int64_t oy = 0; oy < shape.out_height(); ++oy) {
        const std::int64_t iy = oy * Stride;
        const E* const rows[3] = {x + (iy - 1) * row_size, x + iy * row_size, x + (iy + 1) * row_size};
        E* out = y + oy * shape.out_width() * shape.block;
        with_kernel_rows(iy > 0, iy + 1 < shape.in_height, [&]<int First, int Last>() {
            output_row<N, Cpg, Stride, First, Last>(row, rows, w, shape.out_width(), out);
        });
    }
}

/// Stride 2: input pixels 2j and 2j + 1 of an image row from output pixels j and j + 1. An even input row
/// or column was read by kernel row or column 1 alone, an odd one by 2 (of output j) and 0 (of output j + 1).
template <int N, int Cpg, class E>
void gradient_row_stride2(const DepthwiseShape& shape, const E* const* dy_rows, const int* kernel_rows,
                          int count, const float* weight, bool stream, E* dx) {
    const std::int64_t block = shape.block;
    const std::int64_t out_width = shape.out_width();
    const Weights<N, Cpg> w = load_weights<N, Cpg>(weight, block, true);
    for (std::int64_t j = 0; j < out_width; ++j) {
        Vec<N> even = {};
        Vec<N> odd = {};
        for (int r = 0; r < count; ++r) {
            // load_weights turned the kernel: column kx is now at 2 - kx, row ky at 2 - ky.
            const int base = (2 - kernel_rows[r]) * 3;
            const Vec<N> here = load<N>(dy_rows[r] + j * block);
            multiply_add<N, Cpg>(even, w, base + 1, here);
            multiply_add<N, Cpg>(odd, w, base + 0, here);
            if (j + 1 < out_width) {
                multiply_add<N, Cpg>(odd, w, base + 2, load<N>(dy_rows[r] + (j + 1) * block));
            }
        }
        store<N>(dx + 2 * j * block, even, stream);
        if (2 * j + 1 < shape.in_width) {
            store<N>(dx + (2 * j + 1) * block, odd, stream);
        }
    }
}

template <int N, int Cpg, class E>
void gradient_plane_stride2(const DepthwiseShape& shape, const E* dy, const float* weight, bool stream,
                            E* dx) {
    const std::int64_t dy_row = shape.out_width() * shape.block;
    for (std::int64_t iy = 0; iy < shape.in_height; ++iy) {
        const E* rows[2];
        int kernel_rows[2];
        int count = 0;
        const auto take = [&](std::int64_t oy, int ky) {
            if (oy < shape.out_height()) {
                rows[count] = dy + oy * dy_row;
                kernel_rows[count++] = ky;
            }
        };
        if (iy % 2 == 0) {
            take(iy / 2, 1);
        } else {
            take((iy - 1) / 2, 2);
            take((iy + 1) / 2, 0);
        }
        gradient_row_stride2<N, Cpg>(shape, rows, kernel_rows, count, weight, stream,
                                     dx + iy * shape.in_width * shape.block);
    }
}

/// body(plane offsets of x and y, weight offset) for each sample and N channels, in parallel.
template <int N, class Body>
void for_each_plane(const DepthwiseShape& shape, Body body) {
    const ActivationLayout in = shape.input();
    const ActivationLayout out = shape.output();
    const std::int64_t vectors = shape.channels / N;
#pragma omp parallel
    {
#pragma omp for schedule(static)
        for (std::int64_t i = 0; i < shape.batch * vectors; ++i) {
            const std::int64_t c = i % vectors * N;
            const std::int64_t weight =
                c / shape.block * shape.channels_per_group * taps * shape.block + c % shape.block;
            body(in.offset(i / vectors, c, 0), out.offset(i / vectors, c, 0), weight);
        }
        finish_streaming();
    }
}

template <int N, int Cpg, class E>
void forward_all(const DepthwiseShape& shape, const E* x, const float* weight, bool flip, bool stream, E* y) {
    for_each_plane<N>(shape, [&](std::int64_t in, std::int64_t out, std::int64_t w_offset) {
        const Weights<N, Cpg> w = load_weights<N, Cpg>(weight + w_offset, shape.block, flip);
        if (shape.stride == 1) {
            forward_plane<N, Cpg, 1>(shape, x + in, w, stream, y + out);
        } else {
            forward_plane<N, Cpg, 2>(shape, x + in, w, stream, y + out);
        }
    });
}

template <int N, int Cpg, class E>
void data_gradient_all(const DepthwiseShape& shape, const E* dy, const float* weight, bool stream, E* dx) {
    if (shape.stride == 1) {
        forward_all<N, Cpg>(shape, dy, weight, true, stream, dx);
        return;
    }
    for_each_plane<N>(shape, [&](std::int64_t in, std::int64_t out, std::int64_t w_offset) {
        gradient_plane_stride2<N, Cpg>(shape, dy + out, weight + w_offset, stream, dx + in);
    });
}

template <int N, int Cpg>
[[gnu::always_inline]] inline void add_product(Weights<N, Cpg>& sums, int k, Vec<N> dy, Vec<N> x) {
    sums.own[k] += dy * x;
    if constexpr (Cpg == 2) {
        sums.partner[k] += dy * swap_pairs<N>(x);
    }
}

template <int N, int Cpg, int Stride, int First, int Last, bool Inner, class E>
[[gnu::always_inline]] inline void weight_gradient_pixel(const Row& x, const E* const* rows, const E* dy,
                                                         std::int64_t ox, Weights<N, Cpg>& sums) {
    const Vec<N> gradient = load<N>(dy + ox * x.block);
#pragma GCC unroll 3
    for (int ky = First; ky < Last; ++ky) {
#pragma GCC unroll 3
        for (int kx = 0; kx < 3; ++kx) {
            const std::int64_t ix = ox * Stride + kx - 1;
            if (Inner || (ix >= 0 && ix < x.width)) {
                add_product<N, Cpg>(sums, ky * 3 + kx, gradient, load<N>(rows[ky] + ix * x.block));
            }
        }
    }
}

template <int N, int Cpg, int Stride, int First, int Last, class E>
void weight_gradient_row(const Row& x, const E* const* rows, const E* dy, std::int64_t out_width,
                         Weights<N, Cpg>& total) {
    const std::int64_t inner_end = (x.width - 2) / Stride + 1;
    Weights<N, Cpg> sums = {};
    std::int64_t ox = 0;
    weight_gradient_pixel<N, Cpg, Stride, First, Last, false>(x, rows, dy, ox++, sums);
    for (; ox < inner_end; ++ox) {
        weight_gradient_pixel<N, Cpg, Stride, First, Last, true>(x, rows, dy, ox, sums);
    }
    for (; ox < out_width; ++ox) {
        weight_gradient_pixel<N, Cpg, Stride, First, Last, false>(x, rows, dy, ox, sums);
    }
    for (int k = First * 3; k < Last * 3; ++k) {
        total.own[k] += sums.own[k];
        if constexpr (Cpg == 2) {
            total.partner[k] += sums.partner[k];
        }
    }
}

template <int N, int Cpg, int Stride, class E>
void weight_gradient_plane(const DepthwiseShape& shape, const E* x, const E* dy, Weights<N, Cpg>& total) {
    const std::int64_t row_size = shape.in_width * shape.block;
    const Row row{shape.in_width, shape.block, false};
    for (std::int64_t oy = 0; oy < shape.out_height(); ++oy) {
        const std::int64_t iy = oy * Stride;
        const E* const rows[3] = {x + (iy - 1) * row_size, x + iy * row_size, x + (iy + 1) * row_size};
        const E* gradient = dy + oy * shape.out_width() * shape.block;
        with_kernel_rows(iy > 0, iy + 1 < shape.in_height, [&]<int First, int Last>() {
            weight_gradient_row<N, Cpg, Stride, First, Last>(row, rows, gradient, shape.out_width(), total);
        });
    }
}

template <int N, int Cpg, class E>
void weight_partials_all(const DepthwiseShape& shape, const E* x, const E* dy, float* partials) {
    const ActivationLayout in = shape.input();
    const ActivationLayout out = shape.output();
    const std::int64_t vectors = shape.channels / N;
    const std::int64_t groups = depthwise_group_count(shape);
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < groups * vectors; ++i) {
        const std::int64_t group = i / vectors;
        const std::int64_t c = i % vectors * N;
        Weights<N, Cpg> total = {};
        for (std::int64_t s = shape.batch * group / groups; s < shape.batch * (group + 1) / groups; ++s) {
            const E* x_plane = x + in.offset(s, c, 0);
            const E* dy_plane = dy + out.offset(s, c, 0);
            if (shape.stride == 1) {
                weight_gradient_plane<N, Cpg, 1>(shape, x_plane, dy_plane, total);
            } else {
                weight_gradient_plane<N, Cpg, 2>(shape, x_plane, dy_plane, total);
            }
        }
        float* place =
            partials + group * shape.weights() + c / shape.block * Cpg * taps * shape.block + c % shape.block;
        for (int k = 0; k < taps; ++k) {
            store<N>(place + k * shape.block, total.own[k]);
            if constexpr (Cpg == 2) {
                store<N>(place + (taps + k) * shape.block, total.partner[k]);
            }
        }
    }
}

/// body<N, Cpg>() with the widest vector that divides the block.
template <class Body>
void with_vector(const DepthwiseShape& shape, Body body) {
    constexpr int n8 = native_lanes < 8 ? native_lanes : 8;
    const bool pairs = shape.channels_per_group == 2;
    if (shape.block % native_lanes == 0) {
        pairs ? body.template operator()<native_lanes, 2>() : body.template operator()<native_lanes, 1>();
    } else {
        pairs ? body.template operator()<n8, 2>() : body.template operator()<n8, 1>();
    }
}

}  // namespace

void depthwise3_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                        void* y, bool stream) {
    with_vector(shape, [&]<int N, int Cpg>() {
        if (type == ElementType::f32) {
            forward_all<N, Cpg>(shape, static_cast<const float*>(x), weight, false, stream,
                                static_cast<float*>(y));
        } else {
            forward_all<N, Cpg>(shape, static_cast<const bfloat16*>(x), weight, false, stream,
                                static_cast<bfloat16*>(y));
        }
    });
}

void depthwise3_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                              const float* weight, void* dx, bool stream) {
    with_vector(shape, [&]<int N, int Cpg>() {
        if (type == ElementType::f32) {
            data_gradient_all<N, Cpg>(shape, static_cast<const float*>(dy), weight, stream,
                                      static_cast<float*>(dx));
        } else {
            data_gradient_all<N, Cpg>(shape, static_cast<const bfloat16*>(dy), weight, stream,
                                      static_cast<bfloat16*>(dx));
        }
    });
}

void depthwise3_weight_partials(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                                float* partials) {
    with_vector(shape, [&]<int N, int Cpg>() {
        if (type == ElementType::f32) {
            weight_partials_all<N, Cpg>(shape, static_cast<const float*>(x), static_cast<const float*>(dy),
                                        partials);
        } else {
            weight_partials_all<N, Cpg>(shape, static_cast<const bfloat16*>(x),
                                        static_cast<const bfloat16*>(dy), partials);
        }
    });
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

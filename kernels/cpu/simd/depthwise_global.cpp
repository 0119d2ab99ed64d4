// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"

// Depthwise convolution whose kernel covers the whole image: one output per channel.

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

/// Where N channels of a block begin in the input, output and weights.
struct Places {
    std::int64_t x;
    std::int64_t y;
    std::int64_t own;
    std::int64_t partner;
};

Places places_of(const DepthwiseShape& shape, std::int64_t sample, std::int64_t c) {
    const std::int64_t own =
        shape.input().offset(0, c - c % shape.block, 0) * shape.channels_per_group + c % shape.block;
    return {shape.input().offset(sample, c, 0), shape.output().offset(sample, c, 0), own,
            own + shape.kernel * shape.kernel * shape.block};
}

/// body(sample, first channel) for each sample and N channels, in parallel.
template <int N, class Body>
void for_each_vector(const DepthwiseShape& shape, Body body) {
    const std::int64_t vectors = shape.channels / N;
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < shape.batch * vectors; ++i) {
        body(i / vectors, i % vectors * N);
    }
}

template <int N, int Cpg, class E>
void forward_all(const DepthwiseShape& shape, const E* x, const float* weight, E* y) {
    for_each_vector<N>(shape, [&](std::int64_t sample, std::int64_t c) {
        const Places at = places_of(shape, sample, c);
        Vec<N> own = {};
        Vec<N> partner = {};
        for (std::int64_t s = 0; s < shape.in_height * shape.in_width; ++s) {
            const Vec<N> pixel = load<N>(x + at.x + s * shape.block);
            own += pixel * load<N>(weight + at.own + s * shape.block);
            if constexpr (Cpg == 2) {
                partner += swap_pairs<N>(pixel) * load<N>(weight + at.partner + s * shape.block);
            }
        }
        store<N>(y + at.y, own + partner);
    });
}

template <int N, int Cpg, class E>
void data_gradient_all(const DepthwiseShape& shape, const E* dy, const float* weight, E* dx) {
    for_each_vector<N>(shape, [&](std::int64_t sample, std::int64_t c) {
        const Places at = places_of(shape, sample, c);
        const Vec<N> gradient = load<N>(dy + at.y);
        for (std::int64_t s = 0; s < shape.in_height * shape.in_width; ++s) {
            Vec<N> pixel = gradient * load<N>(weight + at.own + s * shape.block);
            if constexpr (Cpg == 2) {
                pixel += swap_pairs<N>(gradient * load<N>(weight + at.partner + s * shape.block));
            }
            store<N>(dx + at.x + s * shape.block, pixel);
        }
    });
}

template <int N>
void add_at(float* place, Vec<N> value) {
    store<N>(place, load<N>(place) + value);
}

template <int N, int Cpg, class E>
void weight_gradient_of(const DepthwiseShape& shape, const E* x, const E* dy, std::int64_t c, float* out) {
    const std::int64_t area = shape.in_height * shape.in_width;
    for (std::int64_t sample = 0; sample < shape.batch; ++sample) {
        const Places at = places_of(shape, sample, c);
        const Vec<N> gradient = load<N>(dy + at.y);
        for (std::int64_t s = 0; s < area; ++s) {
            const Vec<N> pixel = load<N>(x + at.x + s * shape.block);
            float* own = out + at.own + s * shape.block;
            const Vec<N> term = gradient * pixel;
            sample == 0 ? store<N>(own, term) : add_at<N>(own, term);
            if constexpr (Cpg == 2) {
                float* partner = out + at.partner + s * shape.block;
                const Vec<N> partner_term = gradient * swap_pairs<N>(pixel);
                sample == 0 ? store<N>(partner, partner_term) : add_at<N>(partner, partner_term);
            }
        }
    }
}

template <int N, int Cpg, class E>
void weight_gradient_all(const DepthwiseShape& shape, const E* x, const E* dy, float* out) {
#pragma omp parallel for schedule(static)
    for (std::int64_t c = 0; c < shape.channels; c += N) {
        weight_gradient_of<N, Cpg>(shape, x, dy, c, out);
    }
}

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

void depthwise_global_forward(const DepthwiseShape& shape, ElementType type, const void* x,
                              const float* weight, void* y) {
    with_vector(shape, [&]<int N, int Cpg>() {
        if (type == ElementType::f32) {
            forward_all<N, Cpg>(shape, static_cast<const float*>(x), weight, static_cast<float*>(y));
        } else {
            forward_all<N, Cpg>(shape, static_cast<const bfloat16*>(x), weight, static_cast<bfloat16*>(y));
        }
    });
}

void depthwise_global_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                                    const float* weight, void* dx) {
    with_vector(shape, [&]<int N, int Cpg>() {
        if (type == ElementType::f32) {
            data_gradient_all<N, Cpg>(shape, static_cast<const float*>(dy), weight, static_cast<float*>(dx));
        } else {
            data_gradient_all<N, Cpg>(shape, static_cast<const bfloat16*>(dy), weight,
                                      static_cast<bfloat16*>(dx));
        }
    });
}

void depthwise_global_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x,
                                      const void* dy, float* weight_gradient) {
    with_vector(shape, [&]<int N, int Cpg>() {
        if (type == ElementType::f32) {
            weight_gradient_all<N, Cpg>(shape, static_cast<const float*>(x), static_cast<const float*>(dy),
                                        weight_gradient);
        } else {
            weight_gradient_all<N, Cpg>(shape, static_cast<const bfloat16*>(x),
                                        static_cast<const bfloat16*>(dy), weight_gradient);
        }
    });
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

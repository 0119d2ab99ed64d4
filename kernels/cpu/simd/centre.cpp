// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"
#include "kernels/math/sgd.h"

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

/// body(column, first element of its row of weight, how much of w_j is taken off R_j), in parallel.
template <class Args, class Body>
void for_each_centre(const Args& args, Body body) {
#pragma omp parallel for schedule(static)
    for (std::int64_t j = 0; j < args.columns; ++j) {
        const std::int64_t row = args.rows != nullptr ? args.rows[j] : j;
        body(j, row * args.width, args.inv_norm[j] * args.inv_norm[j] * args.column_sums[j]);
    }
}

template <class One>
[[gnu::always_inline]] inline void for_row(std::int64_t width, One one) {
    std::int64_t i = 0;
    for (; i + native_lanes <= width; i += native_lanes) {
        one.template operator()<native_lanes>(i);
    }
    for (; i < width; ++i) {
        one.template operator()<1>(i);
    }
}

}  // namespace

void centre_gradient(const CentreGradientArgs& args) {
    for_each_centre(args, [&](std::int64_t j, std::int64_t row, float share) {
        const float* weight = args.weight + row;
        const float* r = args.r + j * args.width;
        float* gradient = args.gradient + j * args.width;
        for_row(args.width, [=]<int N>(std::int64_t i) {
            store<N>(gradient + i, load<N>(r + i) - load<N>(weight + i) * share);
        });
    });
}

void centre_update(const CentreUpdateArgs& args) {
    for_each_centre(args, [&](std::int64_t j, std::int64_t row, float share) {
        float* weight = args.weight + row;
        float* momentum = args.momentum + row;
        const float* r = args.r + j * args.width;
        for_row(args.width, [&]<int N>(std::int64_t i) {
            Vec<N> w = load<N>(weight + i);
            Vec<N> v = load<N>(momentum + i);
            const Vec<N> gradient = (load<N>(r + i) - w * share) * args.gradient_scale;
            sgd_step(w, v, gradient, args.rate, args.momentum_factor, args.decay);
            store<N>(weight + i, w);
            store<N>(momentum + i, v);
        });
    });
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <type_traits>

#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"
#include "kernels/math/sgd.h"
#include "kernels/math/stochastic_rounding.h"

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

namespace {

constexpr std::int64_t random_block = 64;

/// words[k] = class_rounding_bits(seed, step, first + k) for k < random_block; first is a multiple of 4.
void fill_rounding_bits(std::uint64_t seed, std::uint64_t step, std::uint64_t first, std::uint32_t* words) {
#pragma omp simd
    for (std::int64_t c = 0; c < random_block / 4; ++c) {
        const PhiloxResult four =
            philox(first / 4 + static_cast<std::uint64_t>(c), step, seed ^ class_rounding_salt);
        for (std::int64_t k = 0; k < 4; ++k) {
            words[4 * c + k] = four.word[k];
        }
    }
}

template <int N>
[[gnu::always_inline]] inline BitVec<N> load_bits(const std::uint32_t* p) {
    BitVec<N> v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

template <int N>
[[gnu::always_inline]] inline void store_stochastic(float* p, Vec<N> v, BitVec<N>) {
    store<N>(p, v);
}

/// As stochastic_bfloat16.
template <int N>
[[gnu::always_inline]] inline void store_stochastic(bfloat16* p, Vec<N> v, BitVec<N> random) {
    const BitVec<N> bits = bit_copy<BitVec<N>>(v);
    const BitVec<N> quiet = (bits >> 16) | 0x0040u;
    const BitVec<N> rounded = (bits + random) >> 16;
    const auto half = narrow<N>(v == v ? rounded : quiet);
    std::memcpy(p, &half, sizeof half);
}

/// One row of the update, `count` elements from `weight`, `momentum` and `r` on. `words`: their random bits;
/// not read where both are float.
template <class W, class M>
[[gnu::always_inline]] inline void update_elements(const CentreUpdateArgs& args, std::int64_t count,
                                                   W* weight, M* momentum, const float* r, float share,
                                                   [[maybe_unused]] const std::uint32_t* words) {
    constexpr bool is_random = std::is_same_v<W, bfloat16> || std::is_same_v<M, bfloat16>;
    for_row(count, [&]<int N>(std::int64_t i) {
        Vec<N> w = load<N>(weight + i);
        Vec<N> v = load<N>(momentum + i);
        const Vec<N> gradient = (load<N>(r + i) - w * share) * args.gradient_scale;
        sgd_step(w, v, gradient, args.rate, args.momentum_factor, args.decay);
        BitVec<N> bits{};
        if constexpr (is_random) {
            bits = load_bits<N>(words + i);
        }
        store_stochastic<N>(weight + i, w, weight_rounding(bits));
        store_stochastic<N>(momentum + i, v, momentum_rounding(bits));
    });
}

template <class W, class M>
void update_centres(const CentreUpdateArgs& args) {
    for_each_centre(args, [&](std::int64_t j, std::int64_t row, float share) {
        W* weight = static_cast<W*>(args.weight) + row;
        M* momentum = static_cast<M*>(args.momentum) + row;
        const float* r = args.r + j * args.width;
        if constexpr (std::is_same_v<W, float> && std::is_same_v<M, float>) {
            update_elements(args, args.width, weight, momentum, r, share, nullptr);
        } else {
            // Blocks of the matrix's own elements, so that a number belongs to an element whatever the width.
            std::uint32_t words[random_block];
            const std::int64_t begin = args.first_row * args.width + row;
            for (std::int64_t done = 0; done < args.width;) {
                const std::int64_t skipped = (begin + done) % 4;
                const std::int64_t count = std::min(args.width - done, random_block - skipped);
                fill_rounding_bits(args.seed, args.step, static_cast<std::uint64_t>(begin + done - skipped),
                                   words);
                update_elements(args, count, weight + done, momentum + done, r + done, share,
                                words + skipped);
                done += count;
            }
        }
    });
}

}  // namespace

void centre_update(const CentreUpdateArgs& args) {
    const bool half_momentum = args.momentum_type == ElementType::bf16;
    if (args.weight_type == ElementType::bf16) {
        half_momentum ? update_centres<bfloat16, bfloat16>(args) : update_centres<bfloat16, float>(args);
    } else {
        half_momentum ? update_centres<float, bfloat16>(args) : update_centres<float, float>(args);
    }
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

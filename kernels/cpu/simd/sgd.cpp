// SPDX-License-Identifier: Apache-2.0
#include <omp.h>

#include "kernels/cpu/simd/kernels.h"
#include "kernels/cpu/simd/vector.h"
#include "kernels/math/sgd.h"

// All tensors together are one long line of 256-element tiles, of which each thread takes an equal stretch.

namespace arcmeter::kernels::cpu::ARCMETER_ISA {

namespace {

constexpr std::int64_t tile_size = 256;
constexpr int side = 16;
constexpr int n = native_lanes;

template <int N>
[[gnu::always_inline]] inline void step_vector(const SgdTensor& t, const SgdParameters& p, std::int64_t i) {
    Vec<N> weight = load<N>(t.weight + i);
    Vec<N> velocity = load<N>(t.momentum + i);
    const Vec<N> gradient = load<N>(t.gradient + i) * p.gradient_scale;
    sgd_step(weight, velocity, gradient, p.rate, p.momentum, t.decay);
    store<N>(t.weight + i, weight);
    store<N>(t.momentum + i, velocity);
}

void update_range(const SgdTensor& t, const SgdParameters& p, std::int64_t begin, std::int64_t end) {
    std::int64_t i = begin;
    for (; i + n <= end; i += n) {
        step_vector<n>(t, p, i);
    }
    for (; i < end; ++i) {
        step_vector<1>(t, p, i);
    }
}

void copy_range(const SgdTensor& t, std::int64_t begin, std::int64_t end) {
    std::int64_t i = begin;
    for (; i + n <= end; i += n) {
        store<n>(t.half_copy + i, load<n>(t.weight + i));
    }
    for (; i < end; ++i) {
        store<1>(t.half_copy + i, load<1>(t.weight + i));
    }
}

/// Exchanges bit `Bit` of the row with bit `Bit` of the column in an n x n block of vectors; doing so for
/// every bit transposes the block.
template <int Bit>
[[gnu::always_inline]] inline void exchange_bit(Vec<n>* rows) {
    IntVec<n> upper;
    IntVec<n> lower;
    for (int l = 0; l < n; ++l) {
        upper[l] = (l & Bit) == 0 ? l : n + l - Bit;
        lower[l] = (l & Bit) != 0 ? n + l : l + Bit;
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; ++i) {
        if ((i & Bit) == 0) {
            const Vec<n> a = rows[i];
            const Vec<n> b = rows[i + Bit];
            rows[i] = __builtin_shuffle(a, b, upper);
            rows[i + Bit] = __builtin_shuffle(a, b, lower);
        }
    }
}

void transpose_block(const float* from, float* to) {
    Vec<n> rows[n];
#pragma GCC unroll 16
    for (int i = 0; i < n; ++i) {
        rows[i] = load<n>(from + i * side);
    }
    exchange_bit<1>(rows);
    exchange_bit<2>(rows);
    if constexpr (n > 4) {
        exchange_bit<4>(rows);
    }
    if constexpr (n > 8) {
        exchange_bit<8>(rows);
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; ++i) {
        store<n>(to + i * side, rows[i]);
    }
}

void transpose_tile(const float* from, float* to) {
    for (int i = 0; i < side; i += n) {
        for (int o = 0; o < side; o += n) {
            transpose_block(from + i * side + o, to + o * side + i);
        }
    }
}

/// [16][16] floats to bfloat16 [8][16][2]: rows 2p and 2p + 1 become the low and high half of 32-bit words.
void pack_row_pairs(const float* from, void* to) {
    char* out = static_cast<char*>(to);
    for (int p = 0; p < side / 2; ++p) {
        for (int o = 0; o < side; o += n) {
            const BitVec<n> low = round_to_bfloat16<n>(load<n>(from + 2 * p * side + o));
            const BitVec<n> high = round_to_bfloat16<n>(load<n>(from + (2 * p + 1) * side + o));
            const BitVec<n> words = low | (high << 16);
            std::memcpy(out + static_cast<std::size_t>(p * side + o) * sizeof(std::uint32_t), &words,
                        sizeof words);
        }
    }
}

/// Writes a tile of weights to the twin's 256 elements from begin on.
void write_twin(const TileTwin& twin, const float* tile, std::int64_t begin) {
    alignas(64) float transposed[tile_size];
    switch (twin.kind) {
        case TileTwin::Kind::none:
            break;
        case TileTwin::Kind::transposed:
            transpose_tile(tile, static_cast<float*>(twin.data) + begin);
            break;
        case TileTwin::Kind::vnni:
            pack_row_pairs(tile, static_cast<bfloat16*>(twin.data) + begin);
            break;
        case TileTwin::Kind::vnni_transposed:
            transpose_tile(tile, transposed);
            pack_row_pairs(transposed, static_cast<bfloat16*>(twin.data) + begin);
            break;
    }
}

void process_tile(const SgdTensor& t, const SgdParameters* p, std::int64_t begin, std::int64_t end) {
    if (p != nullptr) {
        update_range(t, *p, begin, end);
    }
    if (t.half_copy != nullptr) {
        copy_range(t, begin, end);
    }
    for (const TileTwin& twin : t.twins) {
        if (twin.kind != TileTwin::Kind::none) {
            write_twin(twin, t.weight + begin,
                       twin.place(begin / tile_size, t.count / tile_size) * tile_size);
        }
    }
}

std::int64_t tiles_of(const SgdTensor& t) {
    return (t.count + tile_size - 1) / tile_size;
}

/// The tiles first..last - 1 of the line.
void process_stretch(const SgdTensor* tensors, std::int64_t tensor_count, const SgdParameters* p,
                     std::int64_t first, std::int64_t last) {
    std::int64_t start = 0;
    for (std::int64_t k = 0; k < tensor_count && start < last; ++k) {
        const SgdTensor& t = tensors[k];
        const std::int64_t tiles = tiles_of(t);
        const std::int64_t from = first > start ? first - start : 0;
        const std::int64_t to = last - start < tiles ? last - start : tiles;
        for (std::int64_t tile = from; tile < to; ++tile) {
            const std::int64_t begin = tile * tile_size;
            const std::int64_t end = begin + tile_size < t.count ? begin + tile_size : t.count;
            process_tile(t, p, begin, end);
        }
        start += tiles;
    }
}

}  // namespace

void sgd_update(const SgdTensor* tensors, std::int64_t tensor_count, const SgdParameters* parameters) {
    std::int64_t tiles = 0;
    for (std::int64_t k = 0; k < tensor_count; ++k) {
        tiles += tiles_of(tensors[k]);
    }
#pragma omp parallel
    {
        const std::int64_t threads = omp_get_num_threads();
        const std::int64_t thread = omp_get_thread_num();
        process_stretch(tensors, tensor_count, parameters, tiles * thread / threads,
                        tiles * (thread + 1) / threads);
    }
}

}  // namespace arcmeter::kernels::cpu::ARCMETER_ISA

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/matrix_rate.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "kernels/elements.h"

namespace arcmeter::backend::cpu {
namespace {

constexpr std::int64_t rows = 512;
constexpr std::int64_t columns = 1024;
constexpr int runs = 8;

/// Ones in either type, so that no product is of denormals.
std::vector<std::byte> ones(std::int64_t count, kernels::ElementType type) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(count) * kernels::size_of(type));
    if (type == kernels::ElementType::f32) {
        std::fill_n(reinterpret_cast<float*>(bytes.data()), count, 1.0f);
    } else {
        std::fill_n(reinterpret_cast<kernels::bfloat16*>(bytes.data()), count, kernels::to_bfloat16(1.0f));
    }
    return bytes;
}

}  // namespace

double measure_matrix_rate(ProductLibrary& library, kernels::ElementType type) {
    const auto product = library.linear(Direction::forward, rows, columns, columns, type);
    const std::vector<std::byte> x = ones(rows * columns, type);
    const std::vector<std::byte> weights = ones(columns * columns, type);
    std::vector<std::byte> y = ones(rows * columns, kernels::ElementType::f32);
    std::vector<std::byte> workspace(product->workspace_bytes());
    double best_s = 1e9;
    for (int run = 0; run < runs; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        product->execute(x.data(), weights.data(), nullptr, y.data(), workspace.data());
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        best_s = std::min(best_s, taken.count());
    }
    return 2.0 * rows * columns * columns / best_s;
}

}  // namespace arcmeter::backend::cpu

// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/copy_rate.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>

namespace arcmeter::backend::cpu {
namespace {

constexpr std::ptrdiff_t bytes = std::ptrdiff_t{96} << 20;
constexpr std::ptrdiff_t piece = std::ptrdiff_t{8} << 20;
constexpr int runs = 4;

}  // namespace

double measure_copy_rate() {
    // Not initialised: the first run touches every page on the thread that copies it, and is not the best
    // one.
    const std::unique_ptr<std::byte[]> from(new std::byte[bytes]);
    const std::unique_ptr<std::byte[]> to(new std::byte[bytes]);
#pragma omp parallel for schedule(static)
    for (std::ptrdiff_t at = 0; at < bytes; at += piece) std::memset(from.get() + at, 1, piece);
    double best_s = 1e9;
    for (int run = 0; run < runs; ++run) {
        const auto begin = std::chrono::steady_clock::now();
#pragma omp parallel for schedule(static)
        for (std::ptrdiff_t at = 0; at < bytes; at += piece)
            std::memcpy(to.get() + at, from.get() + at, piece);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        best_s = std::min(best_s, taken.count());
    }
    return 2.0 * bytes / best_s;
}

}  // namespace arcmeter::backend::cpu

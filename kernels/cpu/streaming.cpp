// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/streaming.h"

#include <unistd.h>

#include <cstdint>

namespace arcmeter::kernels::cpu {

namespace {

std::size_t half_of_last_level_cache() {
    long bytes = -1;
#ifdef _SC_LEVEL3_CACHE_SIZE
    bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
    constexpr long usual = 32l << 20;
    return static_cast<std::size_t>(bytes > 0 ? bytes : usual) / 2;
}

std::size_t& threshold() {
    static std::size_t bytes = half_of_last_level_cache();
    return bytes;
}

}  // namespace

std::size_t streaming_threshold() {
    return threshold();
}

void set_streaming_threshold(std::size_t bytes) {
    threshold() = bytes;
}

bool worth_streaming(const ActivationLayout& layout, ElementType type, const void* output) {
    const std::size_t bytes = static_cast<std::size_t>(layout.elements()) * size_of(type);
    return bytes >= threshold() && layout.block % 16 == 0 && reinterpret_cast<std::uintptr_t>(output) % 64 == 0;
}

}  // namespace arcmeter::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/streaming.h"

#include <cstdint>
#include <cstdio>

namespace arcmeter::kernels::cpu {

namespace {

/// As the kernel reports it, in KiB: glibc's sysconf adds up every core complex of an AMD processor.
std::size_t half_of_last_level_cache() {
    constexpr long usual_kib = 32 << 10;
    long kib = 0;
    if (std::FILE* file = std::fopen("/sys/devices/system/cpu/cpu0/cache/index3/size", "r")) {
        if (std::fscanf(file, "%ldK", &kib) != 1) {
            kib = 0;
        }
        std::fclose(file);
    }
    return static_cast<std::size_t>(kib > 0 ? kib : usual_kib) * 1024 / 2;
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
    return type == ElementType::f32 && bytes >= threshold() && layout.block % 16 == 0 &&
           reinterpret_cast<std::uintptr_t>(output) % 64 == 0;
}

}  // namespace arcmeter::kernels::cpu

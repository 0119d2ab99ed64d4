// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "kernels/layout.h"

// What launchers check of their arguments. Messages name the launcher, the argument, its value and what is
// allowed.

namespace arcmeter::kernels::cuda {

[[noreturn]] inline void reject(const char* launcher, const std::string& what) {
    throw std::invalid_argument(std::string(launcher) + ": " + what + ".");
}

inline void check_size(const char* launcher, const char* name, std::int64_t value, std::int64_t least = 1,
                       std::int64_t most = std::int64_t(1) << 40) {
    if (value < least || value > most) {
        reject(launcher, std::string(name) + " is " + std::to_string(value) + ", not " +
                             std::to_string(least) + " to " + std::to_string(most));
    }
}

/// A pointer that may not be null and is aligned to `alignment` bytes.
inline void check_pointer(const char* launcher, const char* name, const void* pointer,
                          std::size_t alignment = sizeof(float)) {
    if (pointer == nullptr) reject(launcher, std::string(name) + " is null");
    if (reinterpret_cast<std::uintptr_t>(pointer) % alignment != 0) {
        reject(launcher, std::string(name) + " is not aligned to " + std::to_string(alignment) + " bytes");
    }
}

/// One that may be null.
inline void check_optional(const char* launcher, const char* name, const void* pointer,
                           std::size_t alignment = sizeof(float)) {
    if (pointer != nullptr) check_pointer(launcher, name, pointer, alignment);
}

/// Two that go together: both null or neither.
inline void check_together(const char* launcher, const char* names, const void* a, const void* b) {
    if ((a == nullptr) != (b == nullptr))
        reject(launcher, std::string(names) + " are not both set or both null");
}

/// Whether all of the pointers (null ones too) allow 16-byte accesses.
template <class... Pointers>
bool aligned_to_16(Pointers... pointers) {
    return ((reinterpret_cast<std::uintptr_t>(pointers) | ...) % 16) == 0;
}

}  // namespace arcmeter::kernels::cuda

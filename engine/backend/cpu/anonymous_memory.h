// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace arcmeter::backend::cpu {

/// One zeroed anonymous mapping, in huge pages where the kernel has them. Throws Error(out_of_memory).
class AnonymousMemory {
public:
    explicit AnonymousMemory(std::size_t bytes);
    ~AnonymousMemory();
    AnonymousMemory(const AnonymousMemory&) = delete;
    AnonymousMemory& operator=(const AnonymousMemory&) = delete;

    std::byte* data() const { return data_; }
    std::size_t bytes() const { return bytes_; }

private:
    std::byte* data_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace arcmeter::backend::cpu

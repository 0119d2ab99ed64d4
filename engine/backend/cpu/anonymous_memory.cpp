// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/anonymous_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <string>

#include "engine/protocol/error.h"

namespace arcmeter::backend::cpu {

AnonymousMemory::AnonymousMemory(std::size_t bytes) : bytes_(std::max<std::size_t>(bytes, 1)) {
    void* mapped = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        throw Error(
            ErrorCode::out_of_memory,
            "The system refused " + std::to_string(bytes_) + " bytes of memory for the training step.",
            "Use a smaller batch or fewer classes.");
    }
    data_ = static_cast<std::byte*>(mapped);
    madvise(mapped, bytes_, MADV_HUGEPAGE);  // an optimisation only: refused is fine
}

AnonymousMemory::~AnonymousMemory() {
    munmap(data_, bytes_);
}

}  // namespace arcmeter::backend::cpu

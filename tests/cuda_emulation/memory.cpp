// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "cuda_emulation/api.h"
#include "cuda_emulation/control.h"
#include "internal.h"

namespace cuda_emulation {

namespace {

constexpr std::size_t alignment = 256;  // as cudaMalloc's
constexpr std::size_t guard_bytes = 256;
constexpr unsigned char guard = 0xa5;
constexpr unsigned char poison = 0xff;

/// Allocations of one kind, each between guards.
class Arena {
public:
    void* allocate(std::size_t bytes) {
        const std::size_t whole = (bytes + 2 * guard_bytes + alignment - 1) / alignment * alignment;
        auto* base = static_cast<unsigned char*>(std::aligned_alloc(alignment, whole));
        if (!base) return nullptr;
        std::memset(base, guard, whole);
        std::memset(base + guard_bytes, poison, bytes);
        sizes_[base + guard_bytes] = bytes;
        used_ += bytes;
        return base + guard_bytes;
    }

    bool release(void* pointer) {
        const auto found = sizes_.find(static_cast<unsigned char*>(pointer));
        if (found == sizes_.end()) return false;
        check(found->first, found->second);
        used_ -= found->second;
        std::free(found->first - guard_bytes);
        sizes_.erase(found);
        return true;
    }

    bool contains(const void* pointer) const {
        const auto* at = static_cast<const unsigned char*>(pointer);
        auto next = sizes_.upper_bound(const_cast<unsigned char*>(at));
        if (next == sizes_.begin()) return false;
        --next;
        return at < next->first + next->second;
    }

    void check_all() const {
        for (const auto& [data, bytes] : sizes_) check(data, bytes);
    }

    std::size_t used() const { return used_; }
    std::size_t count() const { return sizes_.size(); }

private:
    static void check(const unsigned char* data, std::size_t bytes) {
        const unsigned char* after = data + bytes;
        for (std::size_t i = 0; i < guard_bytes; ++i) {
            if (data[-static_cast<std::ptrdiff_t>(i) - 1] != guard) {
                throw Fault("A byte was written " + std::to_string(i + 1) + " before an allocation of " +
                            std::to_string(bytes) + " bytes.");
            }
            if (after[i] != guard) {
                throw Fault("A byte was written " + std::to_string(i) +
                            " after the end of an allocation of " + std::to_string(bytes) + " bytes.");
            }
        }
    }

    std::map<unsigned char*, std::size_t> sizes_;
    std::size_t used_ = 0;
};

Arena device_arena;
Arena host_arena;
std::size_t device_memory = std::size_t{16} << 30;

}  // namespace

void check_guards() {
    device_arena.check_all();
}

bool is_pinned(const void* pointer) {
    return host_arena.contains(pointer);
}

bool is_device(const void* pointer) {
    return device_arena.contains(pointer);
}

void set_device_memory(std::size_t bytes) {
    device_memory = bytes;
}

std::size_t allocated_bytes() {
    return device_arena.used();
}

std::size_t allocations() {
    return device_arena.count();
}

}  // namespace cuda_emulation

using namespace cuda_emulation;

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    if (capturing()) return failed(cudaErrorStreamCaptureUnsupported);
    *pointer = nullptr;
    if (bytes == 0) return cudaSuccess;
    if (device_arena.used() + bytes > device_memory) return failed(cudaErrorMemoryAllocation);
    *pointer = device_arena.allocate(bytes);
    return *pointer ? cudaSuccess : failed(cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void* pointer) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    if (!pointer) return cudaSuccess;
    drain_all();
    return device_arena.release(pointer) ? cudaSuccess : failed(cudaErrorInvalidValue);
}

cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) {
    return cudaHostAlloc(pointer, bytes, cudaHostAllocDefault);
}

cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    *pointer = bytes == 0 ? nullptr : host_arena.allocate(bytes);
    return bytes == 0 || *pointer ? cudaSuccess : failed(cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void* pointer) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    if (!pointer) return cudaSuccess;
    drain_all();
    return host_arena.release(pointer) ? cudaSuccess : failed(cudaErrorInvalidValue);
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
    if (sticky_error() != cudaSuccess) return sticky_error();
    *total = device_memory;
    *free = device_memory - device_arena.used();
    return cudaSuccess;
}

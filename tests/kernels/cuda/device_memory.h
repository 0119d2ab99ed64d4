// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/cuda/row_groups.h"
#include "kernels/cuda/step_state.h"
#include "tests/kernels/support.h"

// Device memory for tests, the same for the emulated runtime and for a GPU. Outputs start as NaN, and lie
// between guards.

namespace arcmeter::kernels::test {

inline void check_cuda(cudaError_t error) {
    if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

/// The stream that everything under test is launched on.
inline cudaStream_t test_stream() {
    static const cudaStream_t stream = [] {
        cudaStream_t created = nullptr;
        check_cuda(cudaStreamCreate(&created));
        return created;
    }();
    return stream;
}

inline void synchronize() {
    check_cuda(cudaStreamSynchronize(test_stream()));
}

class DeviceBytes {
public:
    static constexpr std::size_t guard_bytes = 256;
    static constexpr unsigned char guard = 0xa5;

    /// `shift` bytes after an address that cudaMalloc aligned.
    explicit DeviceBytes(std::size_t bytes, std::size_t shift = 0) : bytes_(bytes), shift_(shift) {
        check_cuda(cudaMalloc(&base_, whole()));
        check_cuda(cudaMemset(base_, guard, whole()));
        check_cuda(cudaMemset(data(), 0xff, bytes_));
    }
    ~DeviceBytes() { static_cast<void>(cudaFree(base_)); }
    DeviceBytes(const DeviceBytes&) = delete;
    DeviceBytes& operator=(const DeviceBytes&) = delete;

    void* data() const { return static_cast<char*>(base_) + guard_bytes + shift_; }
    std::size_t size() const { return bytes_; }

    void upload(const void* host) const {
        check_cuda(cudaMemcpy(data(), host, bytes_, cudaMemcpyHostToDevice));
    }

    void download(void* host) const {
        synchronize();
        check_cuda(cudaMemcpy(host, data(), bytes_, cudaMemcpyDeviceToHost));
        std::vector<unsigned char> all(whole());
        check_cuda(cudaMemcpy(all.data(), base_, whole(), cudaMemcpyDeviceToHost));
        const std::size_t first = guard_bytes + shift_;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if ((i < first || i >= first + bytes_) && all[i] != guard) {
                throw std::runtime_error("A byte beside the buffer was written, at " + std::to_string(i) +
                                         ".");
            }
        }
    }

private:
    std::size_t whole() const { return bytes_ + shift_ + 2 * guard_bytes; }

    std::size_t bytes_;
    std::size_t shift_;
    void* base_ = nullptr;
};

/// An array of any plain type.
template <class T>
class DeviceArray {
public:
    explicit DeviceArray(std::int64_t count, std::size_t shift = 0)
        : count_(static_cast<std::size_t>(count)), bytes_(count_ * sizeof(T), shift * sizeof(T)) {}
    explicit DeviceArray(const std::vector<T>& values, std::size_t shift = 0)
        : DeviceArray(static_cast<std::int64_t>(values.size()), shift) {
        bytes_.upload(values.data());
    }

    T* data() const { return static_cast<T*>(bytes_.data()); }
    std::int64_t size() const { return static_cast<std::int64_t>(count_); }

    std::vector<T> values() const {
        std::vector<T> host(count_);
        bytes_.download(host.data());
        return host;
    }

private:
    std::size_t count_;
    DeviceBytes bytes_;
};

/// Elements of an activation, `shift` elements after an aligned address.
class DeviceElements {
public:
    DeviceElements(ElementType type, std::int64_t count, std::size_t shift = 0)
        : type_(type),
          count_(count),
          bytes_(static_cast<std::size_t>(count) * size_of(type), shift * size_of(type)) {}
    explicit DeviceElements(const Elements& host, std::size_t shift = 0)
        : DeviceElements(host.type(), host.size(), shift) {
        bytes_.upload(host.data());
    }

    void* data() const { return bytes_.data(); }

    Elements values() const {
        Elements host(type_, count_);
        bytes_.download(host.data());
        return host;
    }

private:
    ElementType type_;
    std::int64_t count_;
    DeviceBytes bytes_;
};

/// Counters for reductions, as an executor keeps them: zeroed once, used by every launch.
inline unsigned* reduction_counters() {
    static const DeviceArray<unsigned> counters(std::vector<unsigned>(cuda::reduction_counters, 0));
    return counters.data();
}

/// A step's state in device memory.
inline DeviceArray<cuda::StepState> step_state(const cuda::StepState& state) {
    return DeviceArray<cuda::StepState>(std::vector<cuda::StepState>{state});
}

constexpr ElementType all_types[] = {ElementType::f32, ElementType::bf16, ElementType::f16};

inline const char* name_of(ElementType type) {
    return type == ElementType::f32 ? "f32" : (type == ElementType::bf16 ? "bf16" : "f16");
}

/// Relative error of a result stored in the type, computed in float in another order than the reference's.
inline double stored_error(ElementType type) {
    return type == ElementType::f16 ? 1.0 / 1024 : storage_error(type);
}

/// A matrix of activations and whether its memory allows 16-byte accesses.
struct MatrixCase {
    std::int64_t rows;
    std::int64_t channels;
    ElementType type;
    std::size_t shift;

    std::int64_t count() const { return rows * channels; }
    ActivationLayout layout() const { return {1, channels, rows, channels}; }
    std::string name() const {
        return std::string(name_of(type)) + " " + std::to_string(rows) + " x " + std::to_string(channels) +
               (shift != 0 ? " unaligned" : "");
    }
};

/// One row, channels below, at and beyond a tile, channels that no access of 16 bytes divides, rows of one
/// group and of many.
inline std::vector<MatrixCase> awkward_matrices() {
    constexpr std::int64_t shapes[][2] = {{1, 64},  {1, 3},    {7, 24},   {49, 72},   {64, 512},
                                          {65, 10}, {300, 64}, {333, 40}, {700, 200}, {2100, 16}};
    std::vector<MatrixCase> cases;
    for (const auto& [rows, channels] : shapes) {
        for (const ElementType type : all_types) {
            cases.push_back({rows, channels, type, 0});
        }
    }
    for (const ElementType type : all_types) cases.push_back({130, 64, type, 1});
    return cases;
}

}  // namespace arcmeter::kernels::test

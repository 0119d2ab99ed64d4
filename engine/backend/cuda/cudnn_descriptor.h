// SPDX-License-Identifier: Apache-2.0
// An owned descriptor of cuDNN's graph API, with its attributes typed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/backend/cuda/library_check.h"

namespace arcmeter::backend::cuda {

/// The attribute type that goes with a C++ type.
template <typename T>
struct CudnnType;
template <>
struct CudnnType<std::int64_t> {
    static constexpr auto value = CUDNN_TYPE_INT64;
};
template <>
struct CudnnType<float> {
    static constexpr auto value = CUDNN_TYPE_FLOAT;
};
template <>
struct CudnnType<char> {
    static constexpr auto value = CUDNN_TYPE_CHAR;
};
template <>
struct CudnnType<cudnnHandle_t> {
    static constexpr auto value = CUDNN_TYPE_HANDLE;
};
template <>
struct CudnnType<cudnnDataType_t> {
    static constexpr auto value = CUDNN_TYPE_DATA_TYPE;
};
template <>
struct CudnnType<cudnnConvolutionMode_t> {
    static constexpr auto value = CUDNN_TYPE_CONVOLUTION_MODE;
};
template <>
struct CudnnType<cudnnBackendHeurMode_t> {
    static constexpr auto value = CUDNN_TYPE_HEUR_MODE;
};
template <>
struct CudnnType<cudnnBackendKnobType_t> {
    static constexpr auto value = CUDNN_TYPE_KNOB_TYPE;
};
template <>
struct CudnnType<cudnnBackendNumericalNote_t> {
    static constexpr auto value = CUDNN_TYPE_NUMERICAL_NOTE;
};
template <>
struct CudnnType<cudnnBackendBehaviorNote_t> {
    static constexpr auto value = CUDNN_TYPE_BEHAVIOR_NOTE;
};
template <>
struct CudnnType<cudnnBackendDescriptor_t> {
    static constexpr auto value = CUDNN_TYPE_BACKEND_DESCRIPTOR;
};

class CudnnDescriptor {
public:
    explicit CudnnDescriptor(cudnnBackendDescriptorType_t type) {
        ARCMETER_CHECK_LIBRARY(cudnnBackendCreateDescriptor(type, &descriptor_));
    }
    ~CudnnDescriptor() {
        if (descriptor_ != nullptr) cudnnBackendDestroyDescriptor(descriptor_);
    }
    CudnnDescriptor(CudnnDescriptor&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
    CudnnDescriptor& operator=(CudnnDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }

    cudnnBackendDescriptor_t get() const { return descriptor_; }

    template <typename T>
    void set(cudnnBackendAttributeName_t name, const std::vector<T>& values) {
        ARCMETER_CHECK_LIBRARY(cudnnBackendSetAttribute(
            descriptor_, name, CudnnType<T>::value, static_cast<std::int64_t>(values.size()), values.data()));
    }
    template <typename T>
    void set(cudnnBackendAttributeName_t name, T value) {
        set(name, std::vector<T>{value});
    }
    void set(cudnnBackendAttributeName_t name, const CudnnDescriptor& value) { set(name, value.get()); }
    /// Addresses of data: to C++ they have the type of a descriptor.
    void set_addresses(cudnnBackendAttributeName_t name, const std::vector<void*>& values) {
        ARCMETER_CHECK_LIBRARY(cudnnBackendSetAttribute(
            descriptor_, name, CUDNN_TYPE_VOID_PTR, static_cast<std::int64_t>(values.size()), values.data()));
    }

    /// One value.
    template <typename T>
    T get(cudnnBackendAttributeName_t name) const {
        T value{};
        std::int64_t count = 0;
        ARCMETER_CHECK_LIBRARY(
            cudnnBackendGetAttribute(descriptor_, name, CudnnType<T>::value, 1, &count, &value));
        return value;
    }
    /// As many values as there are, up to `most`.
    template <typename T>
    std::vector<T> get(cudnnBackendAttributeName_t name, std::size_t most) const {
        std::vector<T> values(most);
        std::int64_t count = 0;
        ARCMETER_CHECK_LIBRARY(cudnnBackendGetAttribute(
            descriptor_, name, CudnnType<T>::value, static_cast<std::int64_t>(most), &count, values.data()));
        values.resize(std::min(most, static_cast<std::size_t>(count)));
        return values;
    }
    std::size_t count(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const;
    /// Descriptors that cuDNN fills: one of `type` for each.
    std::vector<CudnnDescriptor> get_descriptors(cudnnBackendAttributeName_t name,
                                                 cudnnBackendDescriptorType_t type, std::size_t most) const;

    void finalize() { ARCMETER_CHECK_LIBRARY(cudnnBackendFinalize(descriptor_)); }
    /// false where what it describes is not supported.
    bool try_finalize() { return cudnnBackendFinalize(descriptor_) == CUDNN_STATUS_SUCCESS; }

private:
    cudnnBackendDescriptor_t descriptor_ = nullptr;
};

}  // namespace arcmeter::backend::cuda

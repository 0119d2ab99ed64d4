// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cudnn_descriptor.h"

namespace arcmeter::backend::cuda {

std::size_t CudnnDescriptor::count(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const {
    std::int64_t count = 0;
    ARCMETER_CHECK_LIBRARY(cudnnBackendGetAttribute(descriptor_, name, type, 0, &count, nullptr));
    return static_cast<std::size_t>(count);
}

std::vector<CudnnDescriptor> CudnnDescriptor::get_descriptors(cudnnBackendAttributeName_t name,
                                                              cudnnBackendDescriptorType_t type,
                                                              std::size_t most) const {
    std::vector<CudnnDescriptor> descriptors;
    std::vector<cudnnBackendDescriptor_t> raw;
    for (std::size_t i = 0; i < most; ++i) raw.push_back(descriptors.emplace_back(type).get());
    std::int64_t count = 0;
    ARCMETER_CHECK_LIBRARY(cudnnBackendGetAttribute(descriptor_, name, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                                    static_cast<std::int64_t>(most), &count, raw.data()));
    const std::size_t filled = std::min(most, static_cast<std::size_t>(count));
    descriptors.erase(descriptors.begin() + static_cast<std::ptrdiff_t>(filled), descriptors.end());
    return descriptors;
}

}  // namespace arcmeter::backend::cuda

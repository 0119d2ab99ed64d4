// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/depthwise.h"

#include <algorithm>

#include "kernels/cpu/depthwise_groups.h"
#include "kernels/cpu/reference/depthwise.h"
#include "kernels/cpu/simd/table.h"
#include "kernels/cpu/streaming.h"

namespace arcmeter::kernels::cpu {

namespace {

enum class Path { three_by_three, global, plain };

Path path_of(const DepthwiseShape& shape) {
    if (shape.block % 8 != 0) {
        return Path::plain;
    }
    if (shape.kernel == 3 && shape.pad == 1 && (shape.stride == 1 || shape.stride == 2)) {
        return Path::three_by_three;
    }
    const bool covers = shape.kernel == shape.in_height && shape.kernel == shape.in_width && shape.pad == 0;
    return covers ? Path::global : Path::plain;
}

/// Copies weights between the two orders: to[...] = from[...] where map gives (kernel's, logical) positions.
template <class Copy>
void for_each_weight(const DepthwiseShape& shape, Copy copy) {
    const std::int64_t area = shape.kernel * shape.kernel;
    const std::int64_t cpg = shape.channels_per_group;
    for (std::int64_t c = 0; c < shape.channels; ++c) {
        for (std::int64_t g = 0; g < cpg; ++g) {
            // Plane g of the kernel's order multiplies channel c ^ g, which is number (c ^ g) % cpg of its
            // group.
            const std::int64_t in_group = (c ^ g) % cpg;
            for (std::int64_t k = 0; k < area; ++k) {
                const std::int64_t blocked =
                    ((c / shape.block * cpg + g) * area + k) * shape.block + c % shape.block;
                copy(blocked, (c * cpg + in_group) * area + k);
            }
        }
    }
}

}  // namespace

void depthwise_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                       void* y) {
    switch (path_of(shape)) {
        case Path::three_by_three:
            return kernel_table().depthwise3_forward(shape, type, x, weight, y,
                                                     worth_streaming(shape.output(), type, y));
        case Path::global:
            return kernel_table().depthwise_global_forward(shape, type, x, weight, y);
        case Path::plain:
            return reference::depthwise_forward(shape, type, x, weight, y);
    }
}

void depthwise_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                             const float* weight, void* dx) {
    switch (path_of(shape)) {
        case Path::three_by_three:
            return kernel_table().depthwise3_data_gradient(shape, type, dy, weight, dx,
                                                           worth_streaming(shape.input(), type, dx));
        case Path::global:
            return kernel_table().depthwise_global_data_gradient(shape, type, dy, weight, dx);
        case Path::plain:
            return reference::depthwise_data_gradient(shape, type, dy, weight, dx);
    }
}

std::size_t depthwise_workspace(const DepthwiseShape& shape) {
    return static_cast<std::size_t>(depthwise_group_count(shape) * shape.weights());
}

void depthwise_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                               float* weight_gradient, float* workspace) {
    switch (path_of(shape)) {
        case Path::three_by_three:
            break;
        case Path::global:
            return kernel_table().depthwise_global_weight_gradient(shape, type, x, dy, weight_gradient);
        case Path::plain:
            return reference::depthwise_weight_gradient(shape, type, x, dy, weight_gradient);
    }
    kernel_table().depthwise3_weight_partials(shape, type, x, dy, workspace);
    const std::int64_t weights = shape.weights();
    std::copy(workspace, workspace + weights, weight_gradient);
    for (std::int64_t group = 1; group < depthwise_group_count(shape); ++group) {
        for (std::int64_t i = 0; i < weights; ++i) {
            weight_gradient[i] += workspace[group * weights + i];
        }
    }
}

void depthwise_weight_from_logical(const DepthwiseShape& shape, const float* logical, float* weight) {
    for_each_weight(shape,
                    [&](std::int64_t blocked, std::int64_t plain) { weight[blocked] = logical[plain]; });
}

void depthwise_weight_to_logical(const DepthwiseShape& shape, const float* weight, float* logical) {
    for_each_weight(shape,
                    [&](std::int64_t blocked, std::int64_t plain) { logical[plain] = weight[blocked]; });
}

}  // namespace arcmeter::kernels::cpu

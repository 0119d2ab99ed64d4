// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/depthwise.h"

#include "kernels/cuda/check.h"
#include "kernels/cuda/depthwise_kernels.h"

namespace arcmeter::kernels::cuda {

namespace {

enum class Path { three_by_three, global, plain };

template <class... Pointers>
Path path_of(const DepthwiseShape& shape, ElementType type, Pointers... pointers) {
    if (shape.channels % static_cast<std::int64_t>(16 / size_of(type)) != 0 || !aligned_to_16(pointers...)) {
        return Path::plain;
    }
    if (shape.kernel == 3 && shape.pad == 1 && (shape.stride == 1 || shape.stride == 2)) {
        return Path::three_by_three;
    }
    const bool covers = shape.kernel == shape.in_height && shape.kernel == shape.in_width && shape.pad == 0;
    return covers ? Path::global : Path::plain;
}

void check(const char* name, const DepthwiseShape& shape, ElementType type, const void* x, const void* y,
           const float* weight) {
    check_size(name, "batch", shape.batch);
    check_size(name, "channels", shape.channels, 1, most_channels);
    check_size(name, "channels_per_group", shape.channels_per_group, 1, 2);
    check_size(name, "kernel", shape.kernel);
    check_size(name, "stride", shape.stride);
    check_size(name, "pad", shape.pad, 0);
    check_size(name, "out_height", shape.out_height());
    check_size(name, "out_width", shape.out_width());
    check_size(name, "elements", shape.input().elements(), 1, 0x7fffffff0LL);
    if (shape.block != shape.channels) reject(name, "block is not the number of channels (NHWC)");
    if (shape.channels % shape.channels_per_group != 0)
        reject(name, "channels is odd with pairs of channels");
    check_pointer(name, "input", x, size_of(type));
    check_pointer(name, "output", y, size_of(type));
    check_pointer(name, "weight", weight);
}

}  // namespace

void depthwise_forward(const DepthwiseShape& shape, ElementType type, const void* x, const float* weight,
                       void* y, Stream stream) {
    check("depthwise_forward", shape, type, x, y, weight);
    switch (path_of(shape, type, x, weight, y)) {
        case Path::three_by_three:
            return depthwise3_forward(shape, type, x, weight, y, stream);
        case Path::global:
            return depthwise_global_forward(shape, type, x, weight, y, stream);
        case Path::plain:
            return depthwise_plain_forward(shape, type, x, weight, y, stream);
    }
}

void depthwise_data_gradient(const DepthwiseShape& shape, ElementType type, const void* dy,
                             const float* weight, void* dx, Stream stream) {
    check("depthwise_data_gradient", shape, type, dx, dy, weight);
    switch (path_of(shape, type, dy, weight, dx)) {
        case Path::three_by_three:
            return depthwise3_data_gradient(shape, type, dy, weight, dx, stream);
        case Path::global:
            return depthwise_global_data_gradient(shape, type, dy, weight, dx, stream);
        case Path::plain:
            return depthwise_plain_data_gradient(shape, type, dy, weight, dx, stream);
    }
}

void depthwise_weight_gradient(const DepthwiseShape& shape, ElementType type, const void* x, const void* dy,
                               float* weight_gradient, float* workspace, Stream stream) {
    check("depthwise_weight_gradient", shape, type, x, dy, weight_gradient);
    check_pointer("depthwise_weight_gradient", "workspace", workspace);
    switch (path_of(shape, type, x, dy)) {
        case Path::three_by_three:
            return depthwise3_weight_gradient(shape, type, x, dy, weight_gradient, workspace, stream);
        case Path::global:
            return depthwise_global_weight_gradient(shape, type, x, dy, weight_gradient, stream);
        case Path::plain:
            return depthwise_plain_weight_gradient(shape, type, x, dy, weight_gradient, stream);
    }
}

}  // namespace arcmeter::kernels::cuda

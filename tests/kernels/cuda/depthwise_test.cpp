// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/depthwise.h"

#include "kernels/cpu/reference/depthwise.h"
#include "tests/kernels/cuda/device_memory.h"

// The references are held to finite differences in tests/kernels/depthwise_test.cpp.

namespace arcmeter::kernels::test {
namespace {

struct DepthwiseCase {
    std::int64_t batch, channels, channels_per_group, kernel, stride, pad, height, width;
    std::size_t shift = 0;

    DepthwiseShape shape() const {
        return {batch, channels, channels, channels_per_group, kernel, stride, pad, height, width};
    }
    std::string name() const {
        return "channels " + std::to_string(channels) + " / " + std::to_string(channels_per_group) +
               " kernel " + std::to_string(kernel) + " stride " + std::to_string(stride) + " of " +
               std::to_string(height) + "x" + std::to_string(width) + (shift != 0 ? " unaligned" : "");
    }
};

/// 3x3 of both strides on odd and even sizes, less than a strip, a pixel alone, more channels than a tile;
/// the global one; and what only the plain kernel does (odd channels, another kernel, unaligned memory).
constexpr DepthwiseCase cases[] = {
    {2, 64, 1, 3, 1, 1, 7, 7},   {1, 8, 1, 3, 1, 1, 1, 1},   {3, 72, 1, 3, 1, 1, 5, 13},
    {2, 64, 1, 3, 2, 1, 14, 14}, {1, 136, 1, 3, 2, 1, 7, 9}, {2, 8, 1, 3, 2, 1, 1, 2},
    {2, 64, 2, 3, 1, 1, 6, 11},  {1, 16, 2, 3, 2, 1, 9, 8},  {5, 72, 1, 7, 1, 0, 7, 7},
    {2, 128, 2, 3, 1, 0, 3, 3},  {37, 16, 1, 5, 1, 0, 5, 5}, {2, 5, 1, 3, 1, 1, 6, 7},
    {2, 6, 2, 3, 2, 1, 7, 5},    {1, 8, 1, 5, 3, 2, 9, 11},  {2, 16, 1, 3, 1, 1, 5, 5, 1},
    {40, 8, 1, 3, 1, 1, 16, 4},
};

template <class Body>
void for_each_case(Body body) {
    for (const DepthwiseCase& c : cases) {
        for (const ElementType type : all_types) {
            SCOPED_TRACE(std::string(name_of(type)) + " " + c.name());
            body(c, c.shape(), type);
        }
    }
}

TEST(CudaDepthwise, ForwardEqualsTheReference) {
    for_each_case([](const DepthwiseCase& c, const DepthwiseShape& shape, ElementType type) {
        const Elements x = random_elements(type, shape.input().elements(), 1);
        const std::vector<float> weight = random_floats(shape.weights(), 2);
        Elements expected(type, shape.output().elements());
        cpu::reference::depthwise_forward(shape, type, x.data(), weight.data(), expected.data());
        const DeviceElements x_d(x, c.shift), y(type, expected.size(), c.shift);
        const DeviceArray<float> weight_d(weight);
        cuda::depthwise_forward(shape, type, x_d.data(), weight_d.data(), y.data(), test_stream());
        // Float sums of up to 49 terms of order 1 that may cancel.
        expect_close(y.values(), expected, expected.size(), stored_error(type), 1e-5, "y");
    });
}

TEST(CudaDepthwise, DataGradientEqualsTheReference) {
    for_each_case([](const DepthwiseCase& c, const DepthwiseShape& shape, ElementType type) {
        const Elements dy = random_elements(type, shape.output().elements(), 3);
        const std::vector<float> weight = random_floats(shape.weights(), 4);
        Elements expected(type, shape.input().elements());
        cpu::reference::depthwise_data_gradient(shape, type, dy.data(), weight.data(), expected.data());
        const DeviceElements dy_d(dy, c.shift), dx(type, expected.size(), c.shift);
        const DeviceArray<float> weight_d(weight);
        cuda::depthwise_data_gradient(shape, type, dy_d.data(), weight_d.data(), dx.data(), test_stream());
        expect_close(dx.values(), expected, expected.size(), stored_error(type), 1e-5, "dx");
    });
}

TEST(CudaDepthwise, WeightGradientEqualsTheReference) {
    for_each_case([](const DepthwiseCase& c, const DepthwiseShape& shape, ElementType type) {
        const Elements x = random_elements(type, shape.input().elements(), 5),
                       dy = random_elements(type, shape.output().elements(), 6);
        std::vector<float> expected(static_cast<std::size_t>(shape.weights()));
        cpu::reference::depthwise_weight_gradient(shape, type, x.data(), dy.data(), expected.data());
        const DeviceElements x_d(x, c.shift), dy_d(dy, c.shift);
        const DeviceArray<float> gradient(shape.weights()),
            workspace(static_cast<std::int64_t>(cuda::depthwise_workspace(shape)));
        cuda::depthwise_weight_gradient(shape, type, x_d.data(), dy_d.data(), gradient.data(),
                                        workspace.data(), test_stream());
        const double terms = static_cast<double>(shape.output().rows());
        expect_close(gradient.values(), expected, gradient.size(), 1e-6, 2e-6 * std::sqrt(terms), "dweight");
    });
}

}  // namespace
}  // namespace arcmeter::kernels::test

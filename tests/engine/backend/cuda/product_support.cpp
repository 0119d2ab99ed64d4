// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/backend/cuda/product_support.h"

#include <cuda_runtime.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <stdexcept>
#include <vector>

#include "engine/backend/cuda/runtime.h"

namespace arcmeter::backend::cuda::test {
namespace {

/// Floats that begin at a 16-byte boundary, as products want them.
class AlignedFloats {
public:
    explicit AlignedFloats(std::int64_t count)
        : count_(count), storage_(static_cast<std::size_t>(count) / 4 + 1) {
        std::memset(storage_.data(), 0xff, storage_.size() * sizeof storage_[0]);
    }
    static AlignedFloats random(std::int64_t count, std::mt19937& generator) {
        AlignedFloats floats(count);
        std::normal_distribution<float> value;
        for (std::int64_t i = 0; i < count; ++i) floats.data()[i] = value(generator);
        return floats;
    }
    float* data() { return storage_.data()->values; }
    std::int64_t size() const { return count_; }

private:
    struct alignas(16) Four {
        float values[4];
    };
    std::int64_t count_;
    std::vector<Four> storage_;
};

double relative_distance(AlignedFloats& actual, AlignedFloats& expected) {
    double difference = 0, size = 0;
    for (std::int64_t i = 0; i < expected.size(); ++i) {
        difference += std::pow(static_cast<double>(actual.data()[i]) - expected.data()[i], 2);
        size += std::pow(static_cast<double>(expected.data()[i]), 2);
    }
    return std::sqrt(difference / size);
}

void run(Product& product, AlignedFloats& a, AlignedFloats& b, AlignedFloats& out) {
    const OwnStream stream;
    AlignedFloats workspace(static_cast<std::int64_t>(product.workspace_bytes() / sizeof(float)) + 4);
    product.enqueue(a.data(), b.data(), nullptr, out.data(), workspace.data(), stream);
    if (cudaStreamSynchronize(stream) != cudaSuccess) throw std::runtime_error("the product failed");
}

}  // namespace

double distance_from_plain_loops(Product& product, ProductLibrary& plain, Direction direction,
                                 const ConvolutionShape& shape) {
    std::mt19937 generator(7);
    AlignedFloats x =
        AlignedFloats::random(shape.batch * shape.in_height * shape.in_width * shape.in_channels, generator);
    AlignedFloats y = AlignedFloats::random(
        shape.batch * shape.out_height() * shape.out_width() * shape.out_channels, generator);
    AlignedFloats w = AlignedFloats::random(
        shape.kernel * shape.kernel * shape.in_channels * shape.out_channels, generator);
    AlignedFloats& a = direction == Direction::data_gradient ? y : x;
    AlignedFloats& b = direction == Direction::weight_gradient ? y : w;
    const AlignedFloats& like =
        direction == Direction::forward ? y : (direction == Direction::data_gradient ? x : w);
    AlignedFloats expected(like.size()), actual(like.size());
    run(*plain.convolution(direction, shape, Arithmetic::fp32, {}), a, b, expected);
    run(product, a, b, actual);
    return relative_distance(actual, expected);
}

}  // namespace arcmeter::backend::cuda::test

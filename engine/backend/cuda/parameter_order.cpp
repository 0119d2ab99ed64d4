// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/parameter_order.h"

#include <algorithm>

#include "kernels/cpu/depthwise.h"
#include "kernels/elements.h"

namespace arcmeter::backend::cuda {
namespace {

/// Where the value at (n, c, s) of a tensor [n][channels][spatial] lies.
struct Order {
    std::int64_t n_stride;
    std::int64_t c_stride;
    std::int64_t s_stride;
};

/// By which logical order is walked; a linear layer's row is an image of [channels][spatial].
struct Extents {
    std::int64_t n;
    std::int64_t c;
    std::int64_t s;
};

template <typename Visit>
void walk(const Extents& extents, const Order& order, Visit&& visit) {
    std::size_t logical = 0;
    for (std::int64_t n = 0; n < extents.n; ++n) {
        for (std::int64_t c = 0; c < extents.c; ++c) {
            for (std::int64_t s = 0; s < extents.s; ++s, ++logical) {
                visit(logical,
                      static_cast<std::size_t>(n * order.n_stride + c * order.c_stride + s * order.s_stride));
            }
        }
    }
}

/// Calls visit(logical index, physical index) for every value of a parameter.
template <typename Visit>
void for_each_value(const CudaProgram& program, graph::TensorId id, Visit&& visit) {
    const graph::Shape& shape = program.graph().tensor(id).shape;
    const ParameterForm& form = program.form(id);
    if (const auto* convolution = std::get_if<ConvolutionForm>(&form)) {
        const std::int64_t stored = convolution->stored_channels;
        walk({shape.n, shape.c, shape.spatial()}, {shape.spatial() * stored, 1, stored}, visit);
    } else if (const auto* linear = std::get_if<LinearForm>(&form)) {
        walk({shape.n, linear->channels, linear->spatial},
             {linear->channels * linear->spatial, 1, linear->channels}, visit);
    } else {
        walk({1, 1, shape.elements()}, {0, 0, 1}, visit);
    }
}

}  // namespace

void from_logical(const CudaProgram& program, graph::TensorId id, std::span<const float> logical,
                  std::span<float> physical) {
    if (const auto* depthwise = std::get_if<DepthwiseForm>(&program.form(id))) {
        kernels::cpu::depthwise_weight_from_logical(depthwise->shape, logical.data(), physical.data());
        return;
    }
    std::fill(physical.begin(), physical.end(), 0.0f);
    for_each_value(program, id, [&](std::size_t from, std::size_t to) { physical[to] = logical[from]; });
}

void to_logical(const CudaProgram& program, graph::TensorId id, std::span<const float> physical,
                std::span<float> logical) {
    if (const auto* depthwise = std::get_if<DepthwiseForm>(&program.form(id))) {
        kernels::cpu::depthwise_weight_to_logical(depthwise->shape, physical.data(), logical.data());
        return;
    }
    for_each_value(program, id, [&](std::size_t to, std::size_t from) { logical[to] = physical[from]; });
}

void activation_to_logical(const CudaProgram& program, graph::TensorId id, const std::byte* physical,
                           std::span<float> logical) {
    const graph::Shape& shape = program.graph().tensor(id).shape;
    const std::int64_t stored = program.layout(id).channels;
    walk({shape.n, shape.c, shape.spatial()}, {shape.spatial() * stored, 1, stored},
         [&](std::size_t to, std::size_t from) {
             logical[to] = kernels::read_element(program.type(id), physical, static_cast<std::int64_t>(from));
         });
}

}  // namespace arcmeter::backend::cuda

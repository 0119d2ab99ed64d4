// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/parameter_order.h"

#include <algorithm>

namespace arcmeter::backend::cpu {
namespace {

/// Calls visit(logical index, physical index) for every element of a linear layer's weight.
template <typename Visit>
void for_each_linear_element(const LinearForm& form, std::int64_t rows, Visit&& visit) {
    const kernels::ActivationLayout& x = form.x;
    const std::int64_t columns = x.channels * x.spatial;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t c = 0; c < x.channels; ++c) {
            for (std::int64_t s = 0; s < x.spatial; ++s) {
                visit(static_cast<std::size_t>(row * columns + c * x.spatial + s),
                      static_cast<std::size_t>(row * columns + x.offset(0, c, s)));
            }
        }
    }
}

}  // namespace

void from_logical(const CpuProgram& program, graph::TensorId id, std::span<const float> logical,
                  float* physical) {
    const ParameterForm& form = program.form(id);
    if (const auto* convolution = std::get_if<ConvolutionForm>(&form)) {
        program.library().weights_from_logical(convolution->shape, convolution->type, logical, physical);
    } else if (const auto* depthwise = std::get_if<DepthwiseForm>(&form)) {
        kernels::cpu::depthwise_weight_from_logical(depthwise->shape, logical.data(), physical);
    } else if (const auto* linear = std::get_if<LinearForm>(&form)) {
        for_each_linear_element(*linear, program.graph().tensor(id).shape.n,
                                [&](std::size_t from, std::size_t to) { physical[to] = logical[from]; });
    } else {
        std::copy(logical.begin(), logical.end(), physical);
    }
}

void to_logical(const CpuProgram& program, graph::TensorId id, const float* physical,
                std::span<float> logical) {
    const ParameterForm& form = program.form(id);
    if (const auto* convolution = std::get_if<ConvolutionForm>(&form)) {
        program.library().weights_to_logical(convolution->shape, convolution->type, physical, logical);
    } else if (const auto* depthwise = std::get_if<DepthwiseForm>(&form)) {
        kernels::cpu::depthwise_weight_to_logical(depthwise->shape, physical, logical.data());
    } else if (const auto* linear = std::get_if<LinearForm>(&form)) {
        for_each_linear_element(*linear, program.graph().tensor(id).shape.n,
                                [&](std::size_t to, std::size_t from) { logical[to] = physical[from]; });
    } else {
        std::copy_n(physical, logical.size(), logical.begin());
    }
}

}  // namespace arcmeter::backend::cpu

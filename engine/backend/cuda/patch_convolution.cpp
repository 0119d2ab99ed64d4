// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/patch_convolution.h"

#include <algorithm>
#include <map>

#include "engine/backend/cuda/operand_types.h"
#include "kernels/cuda/patches.h"

namespace arcmeter::backend::cuda {
namespace {

using kernels::cuda::PatchShape;

/// Patches that a large L2 cache holds beside the activations that come and go.
constexpr std::size_t cached_bytes = std::size_t{32} << 20;
/// Left of the workspace limit for the matrix products.
constexpr std::size_t matmul_workspace = std::size_t{32} << 20;

PatchShape patches_of(const ConvolutionShape& shape, std::int64_t samples) {
    return {samples,      shape.in_height, shape.in_width, shape.in_channels,
            shape.kernel, shape.stride,    shape.padding};
}

/// A pointwise convolution without stride: its input is the matrix.
bool is_its_own_patches(const ConvolutionShape& shape) {
    return shape.kernel == 1 && shape.stride == 1 && shape.padding == 0;
}

std::size_t patch_bytes(const ConvolutionShape& shape, std::int64_t samples) {
    if (is_its_own_patches(shape)) return 0;
    const PatchShape patches = patches_of(shape, samples);
    return aligned_bytes(static_cast<std::size_t>(patches.rows() * patches.columns()) * sizeof(float));
}

class PatchConvolution : public Product {
public:
    PatchConvolution(ProductLibrary& products, Direction direction, const ConvolutionShape& shape,
                     const PatchPlan& plan, const ProductOptions& options)
        : direction_(direction), shape_(shape), plan_(plan), patch_bytes_(patch_bytes(shape, plan.samples)) {
        ProductOptions rest = options;
        rest.workspace_limit = options.workspace_limit - patch_bytes_;
        for_chunks([&](std::int64_t first, std::int64_t samples) {
            auto& product = products_[{samples, accumulates(first)}];
            if (!product)
                product = products.matmul(matmul_of(samples, accumulates(first)), Arithmetic::fp32, rest);
            matmul_bytes_ = std::max(matmul_bytes_, product->workspace_bytes());
        });
    }

    std::size_t workspace_bytes() const override { return patch_bytes_ + matmul_bytes_; }
    std::string algorithm() const override {
        return "matrix product over patches, " + std::to_string(plan_.samples) + " samples at a time";
    }

    void enqueue(const void* a, const void* b, const float*, void* out, void* workspace,
                 Stream stream) override {
        auto* const patches = static_cast<float*>(workspace);
        void* const rest = static_cast<char*>(workspace) + patch_bytes_;
        const auto* const left = static_cast<const float*>(a);
        const auto* const right = static_cast<const float*>(b);
        auto* const result = static_cast<float*>(out);
        const std::int64_t x_step = shape_.in_height * shape_.in_width * shape_.in_channels;
        const std::int64_t y_step = shape_.out_height() * shape_.out_width() * shape_.out_channels;
        for_chunks([&](std::int64_t first, std::int64_t samples) {
            Product& product = *products_.at({samples, accumulates(first)});
            switch (direction_) {
                case Direction::forward:
                    product.enqueue(matrix_of(left + first * x_step, samples, patches, stream), right,
                                    nullptr, result + first * y_step, rest, stream);
                    break;
                case Direction::weight_gradient:
                    product.enqueue(right + first * y_step,
                                    matrix_of(left + first * x_step, samples, patches, stream), nullptr,
                                    result, rest, stream);
                    break;
                case Direction::data_gradient:
                    float* const dx = result + first * x_step;
                    product.enqueue(left + first * y_step, right, nullptr,
                                    is_its_own_patches(shape_) ? dx : patches, rest, stream);
                    if (!is_its_own_patches(shape_))
                        kernels::cuda::sum_patches(patches_of(shape_, samples), patches, dx, stream);
            }
        });
    }

private:
    /// body(first sample, samples)
    template <class Body>
    void for_chunks(Body body) const {
        for (std::int64_t first = 0; first < shape_.batch; first += plan_.samples)
            body(first, std::min(plan_.samples, shape_.batch - first));
    }

    bool accumulates(std::int64_t first) const {
        return direction_ == Direction::weight_gradient && first > 0;
    }

    const float* matrix_of(const float* x, std::int64_t samples, float* patches, Stream stream) const {
        if (is_its_own_patches(shape_)) return x;
        kernels::cuda::gather_patches(patches_of(shape_, samples), x, patches, stream);
        return patches;
    }

    MatmulShape matmul_of(std::int64_t samples, bool accumulate) const {
        const PatchShape patches = patches_of(shape_, samples);
        const std::int64_t out = shape_.out_channels, columns = patches.columns();
        MatmulShape s{.accumulate = accumulate};
        switch (direction_) {
            case Direction::forward:  // y = P W^T
                s.transpose_b = true;
                s.m = patches.rows();
                s.n = s.ldc = out;
                s.k = s.lda = s.ldb = columns;
                break;
            case Direction::data_gradient:  // dP = dy W
                s.m = patches.rows();
                s.n = s.ldb = s.ldc = columns;
                s.k = s.lda = out;
                break;
            case Direction::weight_gradient:  // dW = dy^T P
                s.transpose_a = true;
                s.m = s.lda = out;
                s.n = s.ldb = s.ldc = columns;
                s.k = patches.rows();
        }
        return s;
    }

    Direction direction_;
    ConvolutionShape shape_;
    PatchPlan plan_;
    std::size_t patch_bytes_;
    std::map<std::pair<std::int64_t, bool>, std::unique_ptr<Product>> products_;  // by samples, accumulates
    std::size_t matmul_bytes_ = 0;
};

}  // namespace

std::string PatchPlan::name() const {
    return "patches " + std::to_string(samples);
}

std::vector<PatchPlan> patch_plans(const ConvolutionShape& shape, Arithmetic arithmetic,
                                   std::size_t workspace_limit) {
    const bool winograd = shape.kernel == 3 && shape.stride == 1 && shape.padding == 1;
    const bool aligned = shape.in_channels % 4 == 0 && shape.out_channels % 4 == 0;
    if (arithmetic != Arithmetic::fp32 || winograd || !aligned) return {};
    std::vector<PatchPlan> plans;
    for (const std::size_t bytes :
         {workspace_limit, std::min(workspace_limit, cached_bytes + matmul_workspace)}) {
        std::int64_t samples = shape.batch;
        while (samples > 1 && patch_bytes(shape, samples) + matmul_workspace > bytes)
            samples = (samples + 1) / 2;
        if (patch_bytes(shape, samples) + matmul_workspace > workspace_limit) continue;
        if (plans.empty() || plans.back().samples != samples) plans.push_back({samples});
    }
    return plans;
}

std::unique_ptr<Product> make_patch_convolution(ProductLibrary& products, Direction direction,
                                                const ConvolutionShape& shape, const PatchPlan& plan,
                                                const ProductOptions& options) {
    return std::make_unique<PatchConvolution>(products, direction, shape, plan, options);
}

}  // namespace arcmeter::backend::cuda

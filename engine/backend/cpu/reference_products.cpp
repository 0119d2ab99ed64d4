// SPDX-License-Identifier: Apache-2.0
// Convolutions and products by the plain reference kernels, for machines and builds without oneDNN and for
// checks.
#include <algorithm>

#include "engine/backend/cpu/products.h"
#include "kernels/cpu/reference/convolution.h"
#include "kernels/cpu/reference/gemm.h"
#include "kernels/cpu/reference/linear.h"

namespace arcmeter::backend::cpu {
namespace {

namespace reference = kernels::cpu::reference;
using kernels::ElementType;

class ReferenceProduct : public Product {
public:
    std::size_t workspace_bytes() const override { return 0; }
    std::string algorithm() const override { return "reference"; }
    WeightCopy weight_copy() const override { return WeightCopy::master; }
    std::size_t weight_copy_bytes() const override { return 0; }
    kernels::cpu::TileTwin tile_twin() const override { return {}; }
    void convert_weights(const float*, void*) override {}
};

class ReferenceConvolution : public ReferenceProduct {
public:
    ReferenceConvolution(Direction direction, const ConvolutionShape& s, ElementType type)
        : direction_(direction), type_(type), shape_{s.batch,    s.in_channels,  s.in_height,
                                                     s.in_width, s.out_channels, s.kernel,
                                                     s.kernel,   s.stride,       s.padding,
                                                     1,          s.in_block,     s.out_block} {}

    void execute(const void* a, const void* b, const float*, void* out, void*) override {
        switch (direction_) {
            case Direction::forward:
                reference::convolution_forward(shape_, type_, a, static_cast<const float*>(b), out);
                return;
            case Direction::data_gradient:
                reference::convolution_data_gradient(shape_, type_, a, static_cast<const float*>(b), out);
                return;
            case Direction::weight_gradient:
                reference::convolution_weight_gradient(shape_, type_, a, b, static_cast<float*>(out));
        }
    }

private:
    Direction direction_;
    ElementType type_;
    reference::ConvolutionShape shape_;
};

class ReferenceLinear : public ReferenceProduct {
public:
    ReferenceLinear(Direction direction, std::int64_t batch, std::int64_t in, std::int64_t out,
                    ElementType type)
        : direction_(direction), type_(type), layout_{batch, in, 1, in}, out_(out) {}

    void execute(const void* a, const void* b, const float* bias, void* out, void*) override {
        switch (direction_) {
            case Direction::forward:
                reference::linear_forward(layout_, type_, out_, a, static_cast<const float*>(b), bias, out);
                return;
            case Direction::data_gradient:
                reference::linear_data_gradient(layout_, type_, out_, a, static_cast<const float*>(b), out);
                return;
            case Direction::weight_gradient:
                reference::linear_weight_gradient(layout_, type_, out_, a, b, static_cast<float*>(out));
        }
    }

private:
    Direction direction_;
    ElementType type_;
    kernels::ActivationLayout layout_;
    std::int64_t out_;
};

std::size_t weight_count(const ConvolutionShape& shape) {
    return static_cast<std::size_t>(shape.out_channels * shape.in_channels * shape.kernel * shape.kernel);
}

class ReferenceProducts : public ProductLibrary {
public:
    std::string name() const override { return "reference"; }
    std::string version() const override { return "1"; }
    std::int64_t channel_block() const override { return 16; }

    std::unique_ptr<Product> convolution(Direction direction, const ConvolutionShape& shape,
                                         ElementType type) override {
        return std::make_unique<ReferenceConvolution>(direction, shape, type);
    }
    std::unique_ptr<Product> linear(Direction direction, std::int64_t batch, std::int64_t in,
                                    std::int64_t out, ElementType type) override {
        return std::make_unique<ReferenceLinear>(direction, batch, in, out, type);
    }
    void weights_from_logical(const ConvolutionShape&, ElementType, std::span<const float> logical,
                              float* master) override {
        std::copy(logical.begin(), logical.end(), master);
    }
    void weights_to_logical(const ConvolutionShape&, ElementType, const float* master,
                            std::span<float> logical) override {
        std::copy_n(master, logical.size(), logical.begin());
    }
    std::size_t master_bytes(const ConvolutionShape& shape, ElementType) override {
        return weight_count(shape) * sizeof(float);
    }
    void sgemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
               const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c,
               std::int64_t ldc) override {
        reference::gemm({transpose_a, transpose_b, m, n, k, 1.0f, a, lda, b, ldb, beta, c, ldc});
    }
};

}  // namespace

std::unique_ptr<ProductLibrary> make_reference_products() {
    return std::make_unique<ReferenceProducts>();
}

}  // namespace arcmeter::backend::cpu

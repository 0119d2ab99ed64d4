// SPDX-License-Identifier: Apache-2.0
// Convolutions and matrix products of the CPU backend behind one interface: oneDNN where it is built in, the
// plain reference kernels elsewhere. A product describes its workspace and weight layout before any memory
// exists.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "kernels/cpu/sgd.h"
#include "kernels/layout.h"

namespace arcmeter::backend::cpu {

struct ConvolutionShape {
    std::int64_t batch = 1;
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t in_height = 0;
    std::int64_t in_width = 0;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t padding = 1;
    std::int64_t in_block = 1;   ///< channel block of x and dx
    std::int64_t out_block = 1;  ///< channel block of y and dy

    std::int64_t out_height() const { return (in_height + 2 * padding - kernel) / stride + 1; }
    std::int64_t out_width() const { return (in_width + 2 * padding - kernel) / stride + 1; }
};

enum class Direction { forward, data_gradient, weight_gradient };

/// How a product's weights differ from the FP32 master the optimiser keeps (in the weight gradient's own
/// layout).
enum class WeightCopy {
    master,  ///< reads the master itself
    half,    ///< the master rounded to bfloat16 in its own order; products of one weight share it
    tile,    ///< a fixed reordering of 16x16 tiles, written by the optimiser in the same pass
    reorder  ///< another layout or type, converted after the update
};

/// One convolution or linear product of a graph. Not thread-safe; runs on OpenMP's threads.
class Product {
public:
    virtual ~Product() = default;
    virtual std::size_t workspace_bytes() const = 0;
    virtual std::string algorithm() const = 0;

    /// Of the weights it reads; weight gradients always write the master's layout.
    virtual WeightCopy weight_copy() const = 0;
    virtual std::size_t weight_copy_bytes() const = 0;
    virtual kernels::cpu::TileTwin tile_twin() const = 0;  ///< for WeightCopy::tile, without its data
    /// For WeightCopy::reorder: writes this product's weights from the master.
    virtual void convert_weights(const float* master, void* copy) = 0;

    /// forward: a = x, b = weights, out = y, bias or null. data_gradient: a = dy, b = weights, out = dx.
    /// weight_gradient: a = x, b = dy, out = dweights (f32).
    virtual void execute(const void* a, const void* b, const float* bias, void* out, void* workspace) = 0;
};

class ProductLibrary {
public:
    virtual ~ProductLibrary() = default;

    virtual std::string name() const = 0;
    virtual std::string version() const = 0;

    /// Channel block of activations that the convolutions are fastest in on this CPU.
    virtual std::int64_t channel_block() const = 0;

    virtual std::unique_ptr<Product> convolution(Direction direction, const ConvolutionShape& shape,
                                                 kernels::ElementType type) = 0;

    /// y [batch, out] = x [batch, in] W^T, W [out][in] in x's own element order. Rows of x lie one behind the
    /// other.
    virtual std::unique_ptr<Product> linear(Direction direction, std::int64_t batch, std::int64_t in,
                                            std::int64_t out, kernels::ElementType type) = 0;

    /// FP32 master of a convolution's weights: logical OIHW to the layout of the weight gradient, and back.
    virtual void weights_from_logical(const ConvolutionShape& shape, kernels::ElementType type,
                                      std::span<const float> logical, float* master) = 0;
    virtual void weights_to_logical(const ConvolutionShape& shape, kernels::ElementType type,
                                    const float* master, std::span<float> logical) = 0;
    virtual std::size_t master_bytes(const ConvolutionShape& shape, kernels::ElementType type) = 0;

    /// Row-major C [m][n] = op(A) op(B) + beta C; lda, ldb, ldc are row strides as stored.
    virtual void sgemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
                       const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta,
                       float* c, std::int64_t ldc) = 0;
};

/// oneDNN if it is built in, else the reference kernels.
std::unique_ptr<ProductLibrary> make_product_library();
std::unique_ptr<ProductLibrary> make_reference_products();
#if defined(ARCMETER_HAVE_ONEDNN)
std::unique_ptr<ProductLibrary> make_onednn_products();
#endif

}  // namespace arcmeter::backend::cpu

// SPDX-License-Identifier: Apache-2.0
// Convolutions and matrix products of the CUDA backend behind one interface: cuDNN and cuBLASLt in the CUDA
// module, plain reference loops in the tests that run a whole step without a GPU. A product is made once for
// its shape, with its engine chosen then; enqueueing only launches, so that it can be captured into a graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

struct CUstream_st;  // cudaStream_t is a pointer to it

namespace arcmeter::backend::cuda {

using Stream = CUstream_st*;

/// Type of stored operands and the arithmetic on them; sums are always FP32. `fp32` never runs on tensor
/// cores.
enum class Arithmetic { fp32, tf32, fp16, bf16 };

/// Groups of one. Activations lie in NHWC, weights and their gradients in KRSC ([out][kernel][kernel][in]).
struct ConvolutionShape {
    std::int64_t batch = 1;
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t in_height = 0;
    std::int64_t in_width = 0;
    std::int64_t kernel = 3;
    std::int64_t stride = 1;
    std::int64_t padding = 1;

    std::int64_t out_height() const { return (in_height + 2 * padding - kernel) / stride + 1; }
    std::int64_t out_width() const { return (in_width + 2 * padding - kernel) / stride + 1; }
    bool operator==(const ConvolutionShape&) const = default;
};

enum class Direction { forward, data_gradient, weight_gradient };

/// Row-major C [m][n] (+)= op(A) op(B); lda, ldb, ldc are elements from one stored row to the next.
struct MatmulShape {
    bool transpose_a = false;
    bool transpose_b = false;
    std::int64_t m = 0;
    std::int64_t n = 0;
    std::int64_t k = 0;
    std::int64_t lda = 0;
    std::int64_t ldb = 0;
    std::int64_t ldc = 0;
    bool accumulate = false;   ///< C += instead of C =
    bool float_output = true;  ///< C is FP32 whatever A and B are; else C has their type
    bool bias = false;         ///< FP32 [n] is added to every row
    std::int64_t batch = 1;    ///< products of one call, each operand's matrices one behind the other

    std::int64_t a_elements() const { return (transpose_a ? k : m) * lda; }  ///< of one product
    std::int64_t b_elements() const { return (transpose_b ? n : k) * ldb; }
    std::int64_t c_elements() const { return m * ldc; }
    bool operator==(const MatmulShape&) const = default;
};

/// One convolution or matrix product of a graph, bound to no memory. Used from one thread.
class Product {
public:
    virtual ~Product() = default;
    virtual std::size_t workspace_bytes() const = 0;  ///< at most the limit it was made with
    virtual std::string algorithm() const = 0;        ///< for people: engine, layout, tile

    /// Convolution forward: a = x, b = weights, out = y. data_gradient: a = dy, b = weights, out = dx.
    /// weight_gradient: a = x, b = dy, out = dweights (FP32). Matmul: a = A, b = B, out = C. `bias` only
    /// where the shape has one. All pointers 16-byte aligned. Launches on `stream`, allocates nothing, never
    /// waits.
    virtual void enqueue(const void* a, const void* b, const float* bias, void* out, void* workspace,
                         Stream stream) = 0;
};

struct ProductOptions {
    std::size_t workspace_limit = std::size_t{256} << 20;
    bool deterministic = false;  ///< leave out engines whose sums depend on the order of blocks
    /// Called before a product's engines are measured, which takes up to seconds; may be empty.
    std::function<void(const std::string& what)> progress = {};
};

class ProductLibrary {
public:
    virtual ~ProductLibrary() = default;

    virtual std::map<std::string, std::string> versions() const = 0;

    /// Throws Error(internal) naming the shape when no engine supports it within the limit.
    virtual std::unique_ptr<Product> convolution(Direction direction, const ConvolutionShape& shape,
                                                 Arithmetic arithmetic, const ProductOptions& options) = 0;
    virtual std::unique_ptr<Product> matmul(const MatmulShape& shape, Arithmetic arithmetic,
                                            const ProductOptions& options) = 0;

    /// Engines were measured for a product: the process then holds the code of many that it does not run.
    virtual bool has_measured() const { return false; }
};

}  // namespace arcmeter::backend::cuda

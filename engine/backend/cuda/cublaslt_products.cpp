// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/cublaslt_products.h"

#include <algorithm>
#include <utility>

#include "engine/backend/cuda/matmul_problem.h"
#include "engine/backend/cuda/operand_types.h"
#include "engine/protocol/error.h"
#include "kernels/cuda/convert.h"

namespace arcmeter::backend::cuda {
namespace {

/// The bias epilogue wants the bias in C's type: for a half C it is rounded into the workspace first.
std::size_t narrow_bias_bytes(const MatmulShape& shape, Arithmetic arithmetic) {
    if (!shape.bias || shape.float_output || !is_half(arithmetic)) return 0;
    return aligned_bytes(static_cast<std::size_t>(shape.n) * element_bytes(arithmetic));
}

class CublasLtProduct : public Product {
public:
    CublasLtProduct(std::shared_ptr<CublasLtHandle> cublas, std::shared_ptr<MatmulProblem> problem,
                    const MatmulShape& shape, Arithmetic arithmetic, const MatmulAlgorithm& algorithm)
        : cublas_(std::move(cublas)),
          problem_(std::move(problem)),
          columns_(shape.n),
          arithmetic_(arithmetic),
          narrow_bias_bytes_(narrow_bias_bytes(shape, arithmetic)),
          algorithm_(algorithm) {}

    std::size_t workspace_bytes() const override { return narrow_bias_bytes_ + algorithm_.workspace_bytes; }

    std::string algorithm() const override {
        std::int32_t id = 0;
        ARCMETER_CHECK_LIBRARY(cublasLtMatmulAlgoConfigGetAttribute(
            &algorithm_.algorithm, CUBLASLT_ALGO_CONFIG_ID, &id, sizeof id, nullptr));
        return "cuBLASLt algorithm " + std::to_string(id);
    }

    void enqueue(const void* a, const void* b, const float* bias, void* out, void* workspace,
                 Stream stream) override {
        const void* bias_in_type_of_out = bias;
        if (narrow_bias_bytes_ > 0) {
            kernels::cuda::convert(columns_, kernels::ElementType::f32, bias, element_type(arithmetic_),
                                   workspace, stream);
            bias_in_type_of_out = workspace;
        }
        problem_->enqueue(cublas_->get(), algorithm_, a, b, bias_in_type_of_out, out,
                          static_cast<char*>(workspace) + narrow_bias_bytes_, stream);
    }

private:
    std::shared_ptr<CublasLtHandle> cublas_;
    std::shared_ptr<MatmulProblem> problem_;
    std::int64_t columns_;
    Arithmetic arithmetic_;
    std::size_t narrow_bias_bytes_;
    MatmulAlgorithm algorithm_;
};

OperandBytes operand_bytes(const MatmulShape& shape, Arithmetic arithmetic) {
    const auto bytes = [&](std::int64_t elements, std::size_t element) {
        return static_cast<std::size_t>(shape.batch * elements) * element;
    };
    const std::size_t element = element_bytes(arithmetic);
    return {.a = bytes(shape.a_elements(), element),
            .b = bytes(shape.b_elements(), element),
            .bias = shape.bias ? static_cast<std::size_t>(shape.n) * sizeof(float) : 0,
            .out = bytes(shape.c_elements(), shape.float_output ? sizeof(float) : element)};
}

[[noreturn]] void throw_unsupported(const std::string& product, Arithmetic arithmetic,
                                    const ProductOptions& options) {
    throw Error(ErrorCode::internal,
                "cuBLASLt has no algorithm for " + product + " in " + std::string(to_string(arithmetic)) +
                    " with a workspace of at most " + std::to_string(options.workspace_limit) + " bytes.");
}

}  // namespace

std::unique_ptr<Product> make_cublaslt_product(const std::shared_ptr<CublasLtHandle>& cublas,
                                               ProductTuner& tuner, const MatmulShape& shape,
                                               Arithmetic arithmetic, const ProductOptions& options) {
    const std::string name = describe(shape);
    const std::size_t narrow = narrow_bias_bytes(shape, arithmetic);
    if (narrow > options.workspace_limit) throw_unsupported(name, arithmetic, options);
    const std::size_t limit = options.workspace_limit - narrow;
    const auto problem = std::make_shared<MatmulProblem>(shape, arithmetic);
    const auto make = [&](const MatmulAlgorithm& algorithm) {
        return std::make_unique<CublasLtProduct>(cublas, problem, shape, arithmetic, algorithm);
    };

    if (const auto known = tuner.known(name, arithmetic, options)) {
        if (const auto algorithm = problem->algorithm(cublas->get(), *known, options.deterministic, limit)) {
            return make(*algorithm);
        }
    }
    std::vector<std::unique_ptr<CublasLtProduct>> products;
    std::vector<Candidate> candidates;
    OperandBytes bytes = operand_bytes(shape, arithmetic);
    for (const MatmulAlgorithm& algorithm :
         problem->algorithms(cublas->get(), options.deterministic, limit)) {
        candidates.push_back({algorithm.name(), {}});
        products.push_back(make(algorithm));
        bytes.workspace = std::max(bytes.workspace, products.back()->workspace_bytes());
    }
    if (candidates.empty()) throw_unsupported(name, arithmetic, options);
    const std::size_t best = tuner.choose(
        name, arithmetic, options, candidates, bytes,
        [&](std::size_t candidate, const ProductOperands& operands, Stream stream) {
            products[candidate]->enqueue(operands.a, operands.b, shape.bias ? operands.bias : nullptr,
                                         operands.out, operands.workspace, stream);
        });
    return std::move(products[best]);
}

}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// A matrix product as cuBLASLt wants it described, and the algorithms it names for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/backend/cuda/choice.h"
#include "engine/backend/cuda/library_check.h"

namespace arcmeter::backend::cuda {

struct MatmulAlgorithm {
    cublasLtMatmulAlgo_t algorithm{};
    std::size_t workspace_bytes = 0;
    EngineTraits traits;

    /// The opaque algorithm as hexadecimal digits: cuBLASLt allows it to be stored and used again by the same
    /// version.
    std::string name() const;
};

/// cuBLASLt's matrices are column-major, ours row-major. Ours read as column-major are transposed, so the
/// row-major C = op(A) op(B) is asked for as C^T = op(B)^T op(A)^T: the operands change places and m and n
/// too.
class MatmulProblem {
public:
    MatmulProblem(const MatmulShape& shape, Arithmetic arithmetic);
    ~MatmulProblem();
    MatmulProblem(const MatmulProblem&) = delete;
    MatmulProblem& operator=(const MatmulProblem&) = delete;

    /// What the heuristics name within the workspace limit whose arithmetic is allowed, the best first.
    std::vector<MatmulAlgorithm> algorithms(cublasLtHandle_t cublas, bool deterministic,
                                            std::size_t workspace_limit) const;

    /// An algorithm by its name; nullopt where this cuBLASLt does not support it or algorithms() would not
    /// have it.
    std::optional<MatmulAlgorithm> algorithm(cublasLtHandle_t cublas, const std::string& name,
                                             bool deterministic, std::size_t workspace_limit) const;

    /// `bias` has the type of C.
    void enqueue(cublasLtHandle_t cublas, const MatmulAlgorithm& algorithm, const void* a, const void* b,
                 const void* bias, void* c, void* workspace, cudaStream_t stream);

private:
    EngineTraits traits_of(const cublasLtMatmulAlgo_t& algorithm) const;

    MatmulShape shape_;
    Arithmetic arithmetic_;
    cublasLtMatmulDesc_t operation_ = nullptr;
    cublasLtMatrixLayout_t a_ = nullptr, b_ = nullptr, c_ = nullptr;
};

}  // namespace arcmeter::backend::cuda

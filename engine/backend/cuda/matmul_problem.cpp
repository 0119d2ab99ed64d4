// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/matmul_problem.h"

#include <charconv>
#include <cstring>

#include "engine/backend/cuda/operand_types.h"

namespace arcmeter::backend::cuda {
namespace {

constexpr int most_algorithms = 64;

cudaDataType_t stored_type(Arithmetic arithmetic) {
    if (arithmetic == Arithmetic::fp16) return CUDA_R_16F;
    return arithmetic == Arithmetic::bf16 ? CUDA_R_16BF : CUDA_R_32F;
}

cublasLtMatrixLayout_t column_major(cudaDataType_t type, std::int64_t rows, std::int64_t columns,
                                    std::int64_t stride) {
    cublasLtMatrixLayout_t layout = nullptr;
    ARCMETER_CHECK_LIBRARY(cublasLtMatrixLayoutCreate(&layout, type, static_cast<std::uint64_t>(rows),
                                                      static_cast<std::uint64_t>(columns), stride));
    return layout;
}

void set_batch(cublasLtMatrixLayout_t layout, std::int64_t batch, std::int64_t elements) {
    const auto count = static_cast<std::int32_t>(batch);
    ARCMETER_CHECK_LIBRARY(
        cublasLtMatrixLayoutSetAttribute(layout, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, &count, sizeof count));
    ARCMETER_CHECK_LIBRARY(cublasLtMatrixLayoutSetAttribute(
        layout, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, &elements, sizeof elements));
}

template <typename T>
void set(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, const T& value) {
    ARCMETER_CHECK_LIBRARY(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof value));
}

class Preference {
public:
    Preference() { ARCMETER_CHECK_LIBRARY(cublasLtMatmulPreferenceCreate(&preference_)); }
    ~Preference() { cublasLtMatmulPreferenceDestroy(preference_); }
    Preference(const Preference&) = delete;
    Preference& operator=(const Preference&) = delete;

    template <typename T>
    void set(cublasLtMatmulPreferenceAttributes_t attribute, const T& value) {
        ARCMETER_CHECK_LIBRARY(
            cublasLtMatmulPreferenceSetAttribute(preference_, attribute, &value, sizeof value));
    }
    cublasLtMatmulPreference_t get() const { return preference_; }

private:
    cublasLtMatmulPreference_t preference_ = nullptr;
};

}  // namespace

std::string MatmulAlgorithm::name() const {
    static constexpr char digits[] = "0123456789abcdef";
    unsigned char bytes[sizeof algorithm];
    std::memcpy(bytes, &algorithm, sizeof algorithm);
    std::string text;
    for (const unsigned char byte : bytes) text += {digits[byte >> 4], digits[byte & 15]};
    return text;
}

MatmulProblem::MatmulProblem(const MatmulShape& shape, Arithmetic arithmetic)
    : shape_(shape), arithmetic_(arithmetic) {
    const cublasComputeType_t compute =
        arithmetic == Arithmetic::tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
    ARCMETER_CHECK_LIBRARY(cublasLtMatmulDescCreate(&operation_, compute, CUDA_R_32F));
    set(operation_, CUBLASLT_MATMUL_DESC_TRANSA, shape.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(operation_, CUBLASLT_MATMUL_DESC_TRANSB, shape.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N);
    if (shape.bias) {
        set(operation_, CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS);
        // Heuristics look at its alignment only; enqueue() sets the real one.
        set(operation_, CUBLASLT_MATMUL_DESC_BIAS_POINTER,
            reinterpret_cast<const void*>(std::uintptr_t{256}));
    }
    const cudaDataType_t type = stored_type(arithmetic);
    a_ = shape.transpose_b ? column_major(type, shape.k, shape.n, shape.ldb)
                           : column_major(type, shape.n, shape.k, shape.ldb);
    b_ = shape.transpose_a ? column_major(type, shape.m, shape.k, shape.lda)
                           : column_major(type, shape.k, shape.m, shape.lda);
    c_ = column_major(shape.float_output ? CUDA_R_32F : type, shape.n, shape.m, shape.ldc);
    if (shape.batch > 1) {
        set_batch(a_, shape.batch, shape.b_elements());
        set_batch(b_, shape.batch, shape.a_elements());
        set_batch(c_, shape.batch, shape.c_elements());
    }
}

MatmulProblem::~MatmulProblem() {
    cublasLtMatrixLayoutDestroy(c_);
    cublasLtMatrixLayoutDestroy(b_);
    cublasLtMatrixLayoutDestroy(a_);
    cublasLtMatmulDescDestroy(operation_);
}

EngineTraits MatmulProblem::traits_of(const cublasLtMatmulAlgo_t& algorithm) const {
    std::uint64_t flags = 0;
    ARCMETER_CHECK_LIBRARY(cublasLtMatmulAlgoCapGetAttribute(
        &algorithm, CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS, &flags, sizeof flags, nullptr));
    std::uint32_t reduction = 0;
    ARCMETER_CHECK_LIBRARY(cublasLtMatmulAlgoConfigGetAttribute(
        &algorithm, CUBLASLT_ALGO_CONFIG_REDUCTION_SCHEME, &reduction, sizeof reduction, nullptr));
    const bool half_output = is_half(arithmetic_) && !shape_.float_output;
    EngineTraits traits;
    traits.tensor_cores = (flags & CUBLASLT_NUMERICAL_IMPL_FLAGS_TENSOR_OP_MASK) != 0;
    traits.down_converts_inputs =
        !is_half(arithmetic_) &&
        (flags & (CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16F | CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF)) != 0;
    // These two ways of splitting k add partial sums in C's type. All ways keep their order.
    traits.reduced_precision_sums =
        (flags & CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_16F) != 0 ||
        (half_output &&
         (reduction & (CUBLASLT_REDUCTION_SCHEME_INPLACE | CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE)));
    return traits;
}

std::vector<MatmulAlgorithm> MatmulProblem::algorithms(cublasLtHandle_t cublas, bool deterministic,
                                                       std::size_t workspace_limit) const {
    Preference preference;
    preference.set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, static_cast<std::uint64_t>(workspace_limit));
    for (const auto alignment :
         {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
          CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES}) {
        preference.set(alignment, std::uint32_t{16});
    }
    if (arithmetic_ == Arithmetic::fp32) {
        // Else tensor-core algorithms could fill the list and leave none that is allowed.
        preference.set(CUBLASLT_MATMUL_PREF_IMPL_MASK,
                       std::uint64_t{CUBLASLT_NUMERICAL_IMPL_FLAGS_FMA |
                                     CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_TYPE_MASK |
                                     CUBLASLT_NUMERICAL_IMPL_FLAGS_OP_INPUT_TYPE_MASK});
    }
    std::vector<cublasLtMatmulHeuristicResult_t> results(most_algorithms);
    int count = 0;
    const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        cublas, operation_, a_, b_, c_, c_, preference.get(), most_algorithms, results.data(), &count);
    if (status != CUBLAS_STATUS_NOT_SUPPORTED) ARCMETER_CHECK_LIBRARY(status);
    std::vector<MatmulAlgorithm> found;
    for (int i = 0; i < count; ++i) {
        const auto& result = results[static_cast<std::size_t>(i)];
        if (result.state != CUBLAS_STATUS_SUCCESS || result.workspaceSize > workspace_limit) continue;
        const EngineTraits traits = traits_of(result.algo);
        if (allowed(traits, arithmetic_, deterministic))
            found.push_back({result.algo, result.workspaceSize, traits});
    }
    return found;
}

std::optional<MatmulAlgorithm> MatmulProblem::algorithm(cublasLtHandle_t cublas, const std::string& name,
                                                        bool deterministic,
                                                        std::size_t workspace_limit) const {
    unsigned char bytes[sizeof(cublasLtMatmulAlgo_t)];
    if (name.size() != 2 * sizeof bytes) return std::nullopt;
    for (std::size_t i = 0; i < sizeof bytes; ++i) {
        const char* const digits = name.data() + 2 * i;
        const auto [end, error] = std::from_chars(digits, digits + 2, bytes[i], 16);
        if (error != std::errc() || end != digits + 2) return std::nullopt;
    }
    MatmulAlgorithm found;
    std::memcpy(&found.algorithm, bytes, sizeof bytes);
    cublasLtMatmulHeuristicResult_t result{};
    if (cublasLtMatmulAlgoCheck(cublas, operation_, a_, b_, c_, c_, &found.algorithm, &result) !=
            CUBLAS_STATUS_SUCCESS ||
        result.workspaceSize > workspace_limit) {
        return std::nullopt;
    }
    found.workspace_bytes = result.workspaceSize;
    found.traits = traits_of(found.algorithm);
    if (!allowed(found.traits, arithmetic_, deterministic)) return std::nullopt;
    return found;
}

void MatmulProblem::enqueue(cublasLtHandle_t cublas, const MatmulAlgorithm& algorithm, const void* a,
                            const void* b, const void* bias, void* c, void* workspace, cudaStream_t stream) {
    if (shape_.bias) set(operation_, CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
    const float alpha = 1.0F;
    const float beta = shape_.accumulate ? 1.0F : 0.0F;
    ARCMETER_CHECK_LIBRARY(cublasLtMatmul(cublas, operation_, &alpha, b, a_, a, b_, &beta, c, c_, c, c_,
                                          &algorithm.algorithm, workspace, algorithm.workspace_bytes,
                                          stream));
}

}  // namespace arcmeter::backend::cuda

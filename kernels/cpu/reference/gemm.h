// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace arcmeter::kernels::cpu::reference {

/// C [m][n] = alpha op(A) op(B) + beta C, row major, where op(A) is m x k and op(B) k x n; lda, ldb and ldc
/// are the row strides as stored. Sums in double. With beta 0, C is not read.
struct GemmArgs {
    bool transpose_a = false;
    bool transpose_b = false;
    std::int64_t m, n, k;
    float alpha = 1;
    const float* a;
    std::int64_t lda;
    const float* b;
    std::int64_t ldb;
    float beta = 0;
    float* c;
    std::int64_t ldc;
};

void gemm(const GemmArgs& args);

}  // namespace arcmeter::kernels::cpu::reference

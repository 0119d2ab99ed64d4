// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/gemm.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

double product_sum(const GemmArgs& args, std::int64_t i, std::int64_t j) {
    const std::int64_t a_step = args.transpose_a ? args.lda : 1;
    const std::int64_t b_step = args.transpose_b ? 1 : args.ldb;
    const float* a = args.a + (args.transpose_a ? i : i * args.lda);
    const float* b = args.b + (args.transpose_b ? j * args.ldb : j);
    double sum = 0;
    for (std::int64_t p = 0; p < args.k; ++p) {
        sum += static_cast<double>(a[p * a_step]) * static_cast<double>(b[p * b_step]);
    }
    return sum;
}

}  // namespace

void gemm(const GemmArgs& args) {
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t i = 0; i < args.m; ++i) {
        for (std::int64_t j = 0; j < args.n; ++j) {
            float& c = args.c[i * args.ldc + j];
            double value = static_cast<double>(args.alpha) * product_sum(args, i, j);
            if (args.beta != 0) {
                value += static_cast<double>(args.beta) * static_cast<double>(c);
            }
            c = static_cast<float>(value);
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference

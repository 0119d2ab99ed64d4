// SPDX-License-Identifier: Apache-2.0
#pragma once

// Marks a function that g++ and nvcc both compile. Under g++ it is always inlined: the CPU kernels are
// compiled once per instruction set, and an out-of-line copy made for AVX-512 could otherwise be the one
// that the linker keeps for a CPU without it.
#ifdef __CUDACC__
#define ARCMETER_HD __host__ __device__ inline
#else
#define ARCMETER_HD [[gnu::always_inline]] inline
#endif

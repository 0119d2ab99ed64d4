// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace arcmeter::kernels::cpu {

/// Instruction sets the fast kernels are compiled for: the compiler's default for the target, x86-64-v3
/// (AVX2, FMA), x86-64-v4 (AVX-512), and that with the bfloat16 conversions.
enum class Isa { baseline, avx2, avx512, avx512_bf16 };

/// Whether this build contains the instruction set and this CPU runs it. baseline always is.
bool isa_available(Isa isa);

/// The one in use: at first the best available.
Isa active_isa();

/// Chooses another one for all later launches, for tests and comparisons. Returns false, and changes
/// nothing, if it is not available. Not to be called while a launcher runs.
bool select_isa(Isa isa);

const char* isa_name(Isa isa);

}  // namespace arcmeter::kernels::cpu

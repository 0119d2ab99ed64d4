// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/dispatch.h"

#include "kernels/cpu/simd/table.h"

namespace arcmeter::kernels::cpu {

namespace baseline {
extern const KernelTable table;
}
#ifdef ARCMETER_X86_LEVELS
namespace avx2 {
extern const KernelTable table;
}
namespace avx512 {
extern const KernelTable table;
}
namespace avx512_bf16 {
extern const KernelTable table;
}
#endif

namespace {

const KernelTable* table_of(Isa isa) {
#ifdef ARCMETER_X86_LEVELS
    switch (isa) {
        case Isa::avx512_bf16:
            return __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512bf16")
                       ? &avx512_bf16::table
                       : nullptr;
        case Isa::avx512:
            return __builtin_cpu_supports("x86-64-v4") ? &avx512::table : nullptr;
        case Isa::avx2:
            return __builtin_cpu_supports("x86-64-v3") ? &avx2::table : nullptr;
        case Isa::baseline:
            break;
    }
#endif
    return isa == Isa::baseline ? &baseline::table : nullptr;
}

struct Selection {
    Isa isa;
    const KernelTable* table;
};

Selection best() {
    for (const Isa isa : {Isa::avx512_bf16, Isa::avx512, Isa::avx2}) {
        if (const KernelTable* table = table_of(isa)) {
            return {isa, table};
        }
    }
    return {Isa::baseline, &baseline::table};
}

Selection& selection() {
    static Selection selected = best();
    return selected;
}

}  // namespace

const KernelTable& kernel_table() {
    return *selection().table;
}

bool isa_available(Isa isa) {
    return table_of(isa) != nullptr;
}

Isa active_isa() {
    return selection().isa;
}

bool select_isa(Isa isa) {
    const KernelTable* table = table_of(isa);
    if (table != nullptr) {
        selection() = {isa, table};
    }
    return table != nullptr;
}

const char* isa_name(Isa isa) {
    switch (isa) {
        case Isa::avx512_bf16:
            return "avx512_bf16";
        case Isa::avx512:
            return "avx512";
        case Isa::avx2:
            return "avx2";
        case Isa::baseline:
            break;
    }
    return "baseline";
}

}  // namespace arcmeter::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
// Names pieces of the host's work for NVIDIA's profilers. NVTX is header-only and comes with the toolkit;
// without it the ranges are nothing.
#pragma once

#if __has_include(<nvtx3/nvToolsExt.h>)
#include <nvtx3/nvToolsExt.h>
#define ARCMETER_HAVE_NVTX
#endif

namespace arcmeter::backend::cuda {

/// From construction to destruction; ranges nest.
class NvtxRange {
public:
    explicit NvtxRange([[maybe_unused]] const char* name) {
#ifdef ARCMETER_HAVE_NVTX
        nvtxRangePushA(name);
#endif
    }
    ~NvtxRange() {
#ifdef ARCMETER_HAVE_NVTX
        nvtxRangePop();
#endif
    }
    NvtxRange(const NvtxRange&) = delete;
    NvtxRange& operator=(const NvtxRange&) = delete;
};

}  // namespace arcmeter::backend::cuda

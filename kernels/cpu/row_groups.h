// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/layout.h"

// How reductions over batch and spatial are divided. It follows from the layout alone, never from threads or
// instruction set, so that sums come out the same on every machine size.

namespace arcmeter::kernels::cpu {

/// The same memory with as few strides as possible: spatial 1 is [batch, channels] whatever its block, and a
/// single channel block makes all rows one run.
ARCMETER_HD ActivationLayout simplified(ActivationLayout layout) {
    if (layout.spatial == 1) {
        layout.block = layout.channels;
    }
    if (layout.block == layout.channels) {
        layout.spatial *= layout.batch;
        layout.batch = 1;
    }
    return layout;
}

/// Groups of rows that are reduced apart and combined at the end: whole samples where there are many, enough
/// for many threads, but none so short that combining costs.
ARCMETER_HD std::int64_t row_group_count(const ActivationLayout& layout) {
    constexpr std::int64_t most = 64;
    if (layout.batch >= most) {
        return most;
    }
    const std::int64_t possible = layout.rows() / 64;
    const std::int64_t whole_samples = layout.batch * (most / layout.batch);
    const std::int64_t groups = whole_samples < possible ? whole_samples : possible;
    return groups > 1 ? groups : 1;
}

ARCMETER_HD std::int64_t row_group_begin(const ActivationLayout& layout, std::int64_t group) {
    return layout.rows() * group / row_group_count(layout);
}

}  // namespace arcmeter::kernels::cpu

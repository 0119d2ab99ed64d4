// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "kernels/layout.h"

namespace arcmeter::kernels::cpu {

/// Output of at least this many bytes is written past the caches: it would not be there any more when it is
/// read, and an ordinary store first reads the line that it overwrites. At first half of the last-level
/// cache.
std::size_t streaming_threshold();

/// For tests, and for processes that share a cache. Not to be called while a launcher runs.
void set_streaming_threshold(std::size_t bytes);

/// Whether an activation that is not one of the operation's inputs is to be written past the caches, if the
/// instruction set can: it is large enough and its 16 channels at a pixel are an aligned cache line.
bool worth_streaming(const ActivationLayout& layout, ElementType type, const void* output);

}  // namespace arcmeter::kernels::cpu

// SPDX-License-Identifier: Apache-2.0
// Initial values of persistent tensors: a function of seed, tensor name and logical index alone, so that
// every backend, layout and number of threads starts a run from the same weights.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/graph/tensor.h"

namespace arcmeter::backend {

/// Key of one tensor's random numbers.
std::uint64_t tensor_key(std::uint64_t seed, const std::string& name);

/// Fills `values` (the tensor in logical order, from value number `first` on) from the tensor's initialiser;
/// a shard's values are its part of the whole's. Parallel.
void fill_initial(const graph::Tensor& tensor, std::uint64_t key, std::span<float> values,
                  std::int64_t first = 0);

}  // namespace arcmeter::backend

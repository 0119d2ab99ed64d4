// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/layout.h"

// Partial FC's choice of class rows in one shard (An et al., "Partial FC", 2021): all classes of the batch
// and random others. Time and memory are of the order of what is sampled, not of the shard.

namespace arcmeter::kernels::cpu {

/// Shard-local numbers of the classes in [first_class, first_class + classes) that occur in labels, ascending
/// and without repeats, into out (room for labels.size()). Returns how many.
std::int64_t collect_positives(std::span<const std::int32_t> labels, std::int64_t first_class,
                               std::int64_t classes, std::int32_t* out);

/// Rows that sample_classes writes: max(positives, min(sample_size, classes)).
std::int64_t sampled_count(std::int64_t positives, std::int64_t classes, std::int64_t sample_size);

/// rows (room for sampled_count) = the positives, ascending and unique as given, then negatives drawn
/// uniformly without replacement by walking a permutation of the shard chosen by seed and step. Returns the
/// count. Same seed and step, same rows; give each rank its own seed.
std::int64_t sample_classes(std::span<const std::int32_t> positives, std::int64_t classes,
                            std::int64_t sample_size, std::uint64_t seed, std::uint64_t step,
                            std::int32_t* rows);

/// out[i] = position of label i among the shard's positives (= its sampled row), or -1 if it is not in
/// [first_class, first_class + classes). out may be the labels' own array.
void remap_labels(std::span<const std::int32_t> labels, std::int64_t first_class, std::int64_t classes,
                  std::span<const std::int32_t> positives, std::int32_t* out);

/// out[k] = weight[rows[k]], rows of width values; out is [rows][width] of the given type.
void gather_rows(const float* weight, std::int64_t width, std::span<const std::int32_t> rows,
                 ElementType type, void* out);

/// The same from bfloat16 to float.
void gather_rows(const bfloat16* weight, std::int64_t width, std::span<const std::int32_t> rows, float* out);

}  // namespace arcmeter::kernels::cpu

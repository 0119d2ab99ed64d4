// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/step_state.h"
#include "kernels/cuda/stream.h"
#include "kernels/layout.h"

// Partial FC's choice of class rows in one shard (An et al., "Partial FC", 2021), without the host: all
// classes of the batch and random others. For the same labels, seed and step the rows are those of
// kernels/cpu/class_sampling.h, in the same order.

namespace arcmeter::kernels::cuda {

/// Row slots that a sample may need, whatever the labels.
constexpr std::int64_t sample_slots(std::int64_t labels, std::int64_t classes, std::int64_t sample_size) {
    const std::int64_t wanted = sample_size > labels ? sample_size : labels;
    return wanted < classes ? wanted : classes;
}

/// Int32 of workspace for sample_classes.
constexpr std::size_t sample_classes_workspace(std::int64_t labels) {
    return static_cast<std::size_t>(3 * labels + 1);
}

struct SampleClassesArgs {
    std::int64_t label_count;    ///< of the global batch
    const std::int32_t* labels;  ///< [label_count]
    std::int64_t first_class;    ///< of the shard
    std::int64_t classes;        ///< in the shard, 1 to 2^31 - 1
    std::int64_t sample_size;
    std::uint64_t seed;      ///< another one for each rank
    const StepState* state;  ///< its step: a new sample for each
    /// [1 + sample_slots]: the count, max(positives, min(sample_size, classes)), then that many shard-local
    /// rows: the positives, ascending and unique, then negatives without replacement. Slots beyond the count
    /// are not written.
    std::int32_t* rows;
    /// [label_count]: the position of each label's class among the rows, or -1 if it is not in the shard. May
    /// not be labels.
    std::int32_t* row_labels;
    std::int32_t* workspace;  ///< sample_classes_workspace
};

/// Time is of the order of what is sampled and of the square of label_count, divided by the device's threads.
void sample_classes(const SampleClassesArgs& args, Stream stream);

/// A run of class columns side by side, as the head's products want them.
struct GatherRowsArgs {
    std::int64_t columns;
    std::int64_t width;         ///< D
    const void* weight;         ///< [.][width] of weight_type
    const std::int32_t* rows;   ///< [columns], the row of weight of each column; or null: column j is row j
    const std::int32_t* count;  ///< device: columns from *count - first_column on are unused; or null: none
    std::int64_t first_column;  ///< number of column 0, as count counts
    ElementType type;
    void* out;  ///< [columns][width] of type, unused columns 0; or null: norms alone
    float*
        inverse_norm;  ///< [columns], 1 / sqrt(sum w^2 + 1e-10) of the row as written, 0 if unused; or null
    ElementType weight_type = ElementType::f32;  ///< f32 or bf16
};

/// out[j] = weight[rows[j]], converted, with its inverse norm in the same pass.
void gather_rows(const GatherRowsArgs& args, Stream stream);

}  // namespace arcmeter::kernels::cuda

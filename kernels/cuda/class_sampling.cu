// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/class_sampling.h"

#include <cmath>

#include "kernels/cuda/warp_rows.h"
#include "kernels/math/random.h"

// The CPU sorts the positives and walks a permutation of the shard, leaving the positives out. Here every
// label finds its place by itself. Its rank among the positives is how many distinct smaller labels there
// are. The permutation's index i gives negative number i - h, where h is how many positives have an image
// index below i: the inverse permutation gives those indices, and they too are ranked by counting.

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;
constexpr int negatives_per_thread = 4;

struct Workspace {
    std::int32_t* first;   ///< [label_count], 1: in the shard, and no earlier label is the same
    std::int32_t* index;   ///< [label_count], where the permutation meets the label's class, if it is a first
    std::int32_t* sorted;  ///< [positives], those indices in order
    std::int32_t* positives;

    __device__ explicit Workspace(const SampleClassesArgs& args)
        : first(args.workspace),
          index(args.workspace + args.label_count),
          sorted(args.workspace + 2 * args.label_count),
          positives(args.workspace + 3 * args.label_count) {}
};

__device__ bool in_shard(const SampleClassesArgs& args, std::int32_t label) {
    return label >= args.first_class && label < args.first_class + args.classes;
}

__device__ KeyedPermutation permutation_of(const SampleClassesArgs& args) {
    return make_permutation(static_cast<std::uint64_t>(args.classes), args.seed, args.state->scalars.step);
}

/// A warp finds out whether its label is the first of its class.
__global__ void __launch_bounds__(threads) first_kernel(SampleClassesArgs args) {
    __shared__ KeyedPermutation permutation;
    if (threadIdx.x == 0) permutation = permutation_of(args);
    __syncthreads();
    const Workspace workspace(args);
    const std::int64_t i = warp_row();
    if (i >= args.label_count) return;
    const std::int32_t label = args.labels[i];
    int earlier = 0;
    for (std::int64_t j = warp_lane(); j < i; j += warp_lanes) earlier += args.labels[j] == label ? 1 : 0;
    earlier = warp_sum(earlier);
    if (warp_lane() != 0) return;
    const bool first = in_shard(args, label) && earlier == 0;
    workspace.first[i] = first ? 1 : 0;
    if (first) {
        const auto local = static_cast<std::uint64_t>(label - args.first_class);
        workspace.index[i] = static_cast<std::int32_t>(permute_inverse(permutation, local));
    }
}

/// A warp places its label's class among the positives.
__global__ void __launch_bounds__(threads) rank_kernel(SampleClassesArgs args) {
    const Workspace workspace(args);
    const std::int64_t i = warp_row();
    if (i >= args.label_count) return;
    const std::int32_t label = args.labels[i];
    const bool first = workspace.first[i] != 0;
    const std::int32_t index = first ? workspace.index[i] : 0;
    int smaller_labels = 0;
    int smaller_indices = 0;
    int positives = 0;
    for (std::int64_t j = warp_lane(); j < args.label_count; j += warp_lanes) {
        if (workspace.first[j] == 0) continue;
        ++positives;
        smaller_labels += args.labels[j] < label ? 1 : 0;
        smaller_indices += workspace.index[j] < index ? 1 : 0;
    }
    smaller_labels = warp_sum(smaller_labels);
    smaller_indices = warp_sum(smaller_indices);
    positives = warp_sum(positives);
    if (warp_lane() != 0) return;
    args.row_labels[i] = in_shard(args, label) ? smaller_labels : -1;
    if (first) {
        args.rows[1 + smaller_labels] = static_cast<std::int32_t>(label - args.first_class);
        workspace.sorted[smaller_indices] = index;
    }
    if (i == 0) {
        const std::int64_t sample = args.sample_size < args.classes ? args.sample_size : args.classes;
        *workspace.positives = positives;
        args.rows[0] = static_cast<std::int32_t>(positives > sample ? positives : sample);
    }
}

/// How many of the sorted indices are below i.
__device__ std::int32_t count_below(const std::int32_t* sorted, std::int32_t count, std::int32_t i) {
    std::int32_t low = 0;
    std::int32_t high = count;
    while (low < high) {
        const std::int32_t middle = (low + high) / 2;
        if (sorted[middle] < i) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

__global__ void __launch_bounds__(threads) negatives_kernel(SampleClassesArgs args) {
    __shared__ KeyedPermutation permutation;
    if (threadIdx.x == 0) permutation = permutation_of(args);
    __syncthreads();
    const Workspace workspace(args);
    const std::int32_t positives = *workspace.positives;
    const std::int32_t wanted = args.rows[0];
    const std::int64_t begin = static_cast<std::int64_t>(blockIdx.x) * threads * negatives_per_thread;
    for (int u = 0; u < negatives_per_thread; ++u) {
        const std::int64_t candidate = begin + u * threads + threadIdx.x;
        if (candidate >= wanted) return;
        const auto i = static_cast<std::int32_t>(candidate);
        const std::int32_t below = count_below(workspace.sorted, positives, i);
        if (below < positives && workspace.sorted[below] == i) continue;
        const std::int32_t slot = positives + (i - below);
        if (slot < wanted) {
            args.rows[1 + slot] =
                static_cast<std::int32_t>(permute(permutation, static_cast<std::uint64_t>(i)));
        }
    }
}

/// A warp takes a column. W: the type of weight; H: the type as written.
template <class W, class H, int V>
__global__ void gather_kernel(GatherRowsArgs args) {
    const std::int64_t column = warp_row();
    if (column >= args.columns) return;
    const bool used = column < columns_in_use(args.count, args.first_column, args.columns);
    H* out = args.out != nullptr ? static_cast<H*>(args.out) + column * args.width : nullptr;
    if (!used) {
        if (out != nullptr) {
            for_row<V>(args.width, [&](std::int64_t i) { store(out + i, narrow<H>(splat<V>(0))); });
        }
        if (args.inverse_norm != nullptr && warp_lane() == 0) args.inverse_norm[column] = 0;
        return;
    }
    const std::int64_t row = args.rows != nullptr ? args.rows[column] : column;
    const W* weight = static_cast<const W*>(args.weight) + row * args.width;
    float squares = 0;
    for_row<V>(args.width, [&](std::int64_t i) {
        const Pack<H, V> values = narrow<H>(widen(load<V>(weight + i)));
        if (out != nullptr) store(out + i, values);
#pragma unroll
        for (int k = 0; k < V; ++k) squares += to_float(values.lane[k]) * to_float(values.lane[k]);
    });
    squares = warp_sum(squares);
    if (args.inverse_norm != nullptr && warp_lane() == 0) {
        args.inverse_norm[column] = 1.0f / std::sqrt(squares + norm_eps);
    }
}

template <class W>
void launch_gather(const GatherRowsArgs& args, Stream stream) {
    const bool wide = args.width % row_width == 0 && aligned_to_16(args.weight, args.out);
    with_element(args.type, [&](auto element) {
        using H = decltype(element);
        if (wide) {
            ARCMETER_LAUNCH((gather_kernel<W, H, row_width>), warp_rows_shape(args.columns), stream, args);
        } else {
            ARCMETER_LAUNCH((gather_kernel<W, H, 1>), warp_rows_shape(args.columns), stream, args);
        }
    });
}

}  // namespace

void sample_classes(const SampleClassesArgs& args, Stream stream) {
    constexpr const char* name = "sample_classes";
    check_size(name, "label_count", args.label_count, 1, std::int64_t(1) << 20);
    check_size(name, "classes", args.classes, 1, 0x7fffffff);
    check_size(name, "sample_size", args.sample_size, 0);
    check_size(name, "first_class", args.first_class, 0, 0x7fffffff);
    check_pointer(name, "labels", args.labels);
    check_pointer(name, "state", args.state, alignof(StepState));
    check_pointer(name, "rows", args.rows);
    check_pointer(name, "row_labels", args.row_labels);
    check_pointer(name, "workspace", args.workspace);
    ARCMETER_LAUNCH(first_kernel, warp_rows_shape(args.label_count), stream, args);
    ARCMETER_LAUNCH(rank_kernel, warp_rows_shape(args.label_count), stream, args);
    const std::int64_t slots = sample_slots(args.label_count, args.classes, args.sample_size);
    const LaunchShape shape{dim3(blocks_for(slots, threads * negatives_per_thread)), dim3(threads)};
    ARCMETER_LAUNCH(negatives_kernel, shape, stream, args);
}

void gather_rows(const GatherRowsArgs& args, Stream stream) {
    constexpr const char* name = "gather_rows";
    check_size(name, "columns", args.columns);
    check_size(name, "width", args.width);
    check_pointer(name, "weight", args.weight, size_of(args.weight_type));
    check_optional(name, "rows", args.rows);
    check_optional(name, "out", args.out, size_of(args.type));
    check_optional(name, "inverse_norm", args.inverse_norm);
    if (args.weight_type == ElementType::f16) reject(name, "weight_type is f16, not f32 or bf16");
    args.weight_type == ElementType::bf16 ? launch_gather<bfloat16>(args, stream)
                                          : launch_gather<float>(args, stream);
}

}  // namespace arcmeter::kernels::cuda

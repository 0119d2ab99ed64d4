// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/batch_norm.h"
#include "kernels/cuda/channel_statistics.h"
#include "kernels/cuda/tile.h"
#include "kernels/math/batch_norm.h"

// Per-channel reductions over [rows][channels] in one launch. A block reduces its tile and group in shared
// memory, in the order of its threads, and leaves `kinds` sums of each channel in
//   workspace [tiles][groups][kinds][tile_channels];
// the last block of a tile to get there adds the groups up, in their order and in double precision. Included
// by .cu files only.

namespace arcmeter::kernels::cuda {

constexpr int tile_width = static_cast<int>(tile_channels);
constexpr int warp_size = 32;

/// Lanes of four channels when the last block reads partial results.
constexpr int finish_lanes = tile_width / 4;

/// Of reduce_rows with up to Kinds sums, and of total_over_groups with Totals.
template <int Kinds, int Threads, int Totals = 1>
union ReductionMemory {
    float rows[Threads / warp_size][Kinds][tile_width];
    double parts[Threads / warp_size][Totals][tile_width];
};

/// Sums over the block's rows of threads: sums[kind][channel of the tile] in shared memory, valid after the
/// call in every thread.
template <int V, int Threads, int Kinds, int Most, int Totals>
__device__ void reduce_rows(const TilePlace<V, Threads>& place, Floats<V> (&sums)[Kinds],
                            ReductionMemory<Most, Threads, Totals>& memory,
                            float (&result)[Kinds][tile_width]) {
    constexpr int lanes = TilePlace<V, Threads>::lanes;
    // Rows of threads within a warp first; then one row of sums for each warp, or (more lanes than a warp
    // has) for each row of threads.
    constexpr int slots = lanes < warp_size ? Threads / warp_size : TilePlace<V, Threads>::row_lanes;
#pragma unroll
    for (int kind = 0; kind < Kinds; ++kind) {
#pragma unroll
        for (int i = 0; i < V; ++i) {
            float value = sums[kind][i];
#pragma unroll
            for (int distance = lanes; distance < warp_size; distance *= 2) {
                value += __shfl_xor_sync(0xffffffffu, value, distance);
            }
            sums[kind][i] = value;
        }
    }
    const int thread = static_cast<int>(threadIdx.x);
    const int slot = lanes < warp_size ? thread / warp_size : place.row_lane;
    if (lanes >= warp_size || thread % warp_size < lanes) {
#pragma unroll
        for (int kind = 0; kind < Kinds; ++kind) {
#pragma unroll
            for (int i = 0; i < V; ++i) memory.rows[slot][kind][place.lane * V + i] = sums[kind][i];
        }
    }
    __syncthreads();
    for (int at = thread; at < Kinds * tile_width; at += Threads) {
        // Four sums of every fourth: many small terms behind one large sum would lose their last bits.
        float parts[4] = {};
        static_assert(slots % 4 == 0);
#pragma unroll
        for (int s = 0; s < slots; ++s) parts[s % 4] += memory.rows[s][at / tile_width][at % tile_width];
        const float total = (parts[0] + parts[1]) + (parts[2] + parts[3]);
        result[at / tile_width][at % tile_width] = total;
    }
    __syncthreads();
}

/// Counts this block in. True in every thread of the tile's last block, which then sees what all wrote.
__device__ inline bool is_last_block(unsigned* counters, std::int64_t tile, std::int64_t groups) {
    __shared__ bool last;
    __syncthreads();
    if (threadIdx.x == 0) {
        // Fences of one thread order what the barriers ordered before and after it, for the whole block.
        __threadfence();
        const unsigned limit = static_cast<unsigned>(groups) - 1;
        last = atomicInc(counters + tile, limit) == limit;
        __threadfence();
    }
    __syncthreads();
    return last;
}

/// The totals over all groups, in threads 0 to tile_width - 1: total[kind] of channel threadIdx.x of the
/// tile. term(group, values of the kinds, add): add(kind, double) for what a group contributes.
template <int Kinds, int Totals, int Most, int Threads, class Term>
__device__ void total_over_groups(const float* workspace, std::int64_t tile, std::int64_t groups,
                                  ReductionMemory<Most, Threads, Totals>& memory, double (&total)[Totals],
                                  Term term) {
    constexpr int at_once = 5;  // groups whose loads a thread has under way: all, mostly
    constexpr int step = Threads / finish_lanes;
    const int thread = static_cast<int>(threadIdx.x);
    const int lane = thread % finish_lanes;
    const float4* partials =
        reinterpret_cast<const float4*>(workspace + tile * groups * Kinds * tile_width) + lane;
    double sums[Totals][4] = {};
    for (std::int64_t first = thread / finish_lanes; first < groups; first += at_once * step) {
        float4 values[at_once][Kinds];
#pragma unroll
        for (int u = 0; u < at_once; ++u) {
            // The last group once more where there is none: its values are not used.
            const std::int64_t group = first + u * step < groups ? first + u * step : first;
#pragma unroll
            for (int kind = 0; kind < Kinds; ++kind) {
                values[u][kind] = __ldcg(partials + (group * Kinds + kind) * finish_lanes);
            }
        }
#pragma unroll
        for (int u = 0; u < at_once; ++u) {
            const std::int64_t group = first + u * step;
            if (group >= groups) break;
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                float of_channel[Kinds];
#pragma unroll
                for (int kind = 0; kind < Kinds; ++kind) {
                    const float4 v = values[u][kind];
                    of_channel[kind] = i == 0 ? v.x : (i == 1 ? v.y : (i == 2 ? v.z : v.w));
                }
                term(group, of_channel, [&](int kind, double value) { sums[kind][i] += value; });
            }
        }
    }
    static_assert(Totals * tile_width <= Threads);
    __syncthreads();  // the memory has been used before
#pragma unroll
    for (int kind = 0; kind < Totals; ++kind) {
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const double both = sums[kind][i] + __shfl_xor_sync(0xffffffffu, sums[kind][i], finish_lanes);
            if (thread % warp_size < finish_lanes)
                memory.parts[thread / warp_size][kind][lane * 4 + i] = both;
        }
    }
    __syncthreads();
    double sum = 0;
    if (thread < Totals * tile_width) {
#pragma unroll 8
        for (int warp = 0; warp < Threads / warp_size; ++warp) {
            sum += memory.parts[warp][thread / tile_width][thread % tile_width];
        }
    }
    __syncthreads();
    if (thread < Totals * tile_width) memory.parts[0][thread / tile_width][thread % tile_width] = sum;
    __syncthreads();
    if (thread >= tile_width) return;
#pragma unroll
    for (int kind = 0; kind < Totals; ++kind) total[kind] = memory.parts[0][kind][thread];
}

/// What finishing a channel's BatchNorm reads beside the statistics: loaded while those are brought together.
struct BatchNormChannel {
    float gamma = 1;
    float beta = 0;
    float running_mean = 0;
    float running_var = 0;

    BatchNormChannel() = default;
    __device__ BatchNormChannel(const BatchNormFinalizeArgs& args, std::int64_t c) {
        if (args.gamma != nullptr) gamma = args.gamma[c];
        if (args.beta != nullptr) beta = args.beta[c];
        if (args.running_mean != nullptr) running_mean = args.running_mean[c];
        if (args.running_var != nullptr) running_var = args.running_var[c];
    }
};

/// The affine map and running statistics of channel c, from its batch statistics.
__device__ inline void finalize_channel(const BatchNormFinalizeArgs& args, const BatchNormChannel& known,
                                        std::int64_t c, float mean, float variance) {
    const float inv_std = inverse_deviation(variance, args.eps);
    const float scale = known.gamma * inv_std;
    args.inv_std[c] = inv_std;
    args.scale[c] = scale;
    args.shift[c] = known.beta - mean * scale;
    if (args.running_mean != nullptr) {
        args.running_mean[c] = running_average(known.running_mean, args.momentum, mean);
    }
    if (args.running_var != nullptr) {
        const float unbiased = unbiased_variance(variance, static_cast<double>(args.count));
        args.running_var[c] = running_average(known.running_var, args.momentum, unbiased);
    }
}

/// What a pass that takes statistics gets along.
struct StatisticsLaunch {
    StatisticsOutput output;
    BatchNormFinalizeArgs finalize;
    bool finalizes;
};

/// Sums of deviations from a row of the group, and of their squares.
template <int V>
struct Deviations {
    Floats<V> origin;
    Floats<V> sums[2];

    __device__ explicit Deviations(const Floats<V>& first) : origin(first), sums{splat<V>(0), splat<V>(0)} {}

    __device__ void add(int i, float value) {
        const float deviation = value - origin[i];
        sums[0][i] += deviation;
        sums[1][i] += deviation * deviation;
    }
};

/// The group's mean and sum of squared deviations to the workspace; in the last block of the tile, mean,
/// variance and perhaps the BatchNorm's map. All threads of the block take part.
template <int V, int Threads>
__device__ void finish_statistics(const TilePlace<V, Threads>& place, Deviations<V>& deviations,
                                  std::int64_t rows, std::int64_t channels, const StatisticsLaunch& launch) {
    __shared__ ReductionMemory<2, Threads, 3> memory;
    __shared__ float result[2][tile_width];
    __shared__ float origin[tile_width];
    if (place.row_lane == 0) {
#pragma unroll
        for (int i = 0; i < V; ++i) origin[place.lane * V + i] = deviations.origin[i];
    }
    const int thread = static_cast<int>(threadIdx.x);
    const std::int64_t channel = place.tile * tile_channels + thread;
    const bool finishes = thread < tile_width && channel < channels;
    BatchNormChannel known;
    if (finishes && launch.finalizes) known = BatchNormChannel(launch.finalize, channel);
    reduce_rows(place, deviations.sums, memory, result);
    if (thread < tile_width) {
        float* partial = launch.output.workspace + (place.tile * place.groups + place.group) * 2 * tile_width;
        const float count = static_cast<float>(place.end - place.begin);
        const float shift = result[0][thread] / count;
        const float squares = result[1][thread] - result[0][thread] * shift;
        partial[thread] = origin[thread] + shift;
        partial[tile_width + thread] = squares > 0.0f || squares != squares ? squares : 0.0f;
    }
    if (!is_last_block(launch.output.counters, place.tile, place.groups)) return;
    double total[3] = {};
    const std::int64_t least = rows / place.groups, more = rows % place.groups;  // as row_group_begin
    total_over_groups<2>(launch.output.workspace, place.tile, place.groups, memory, total,
                         [&](std::int64_t group, const float(&moments)[2], auto add) {
                             const double count = static_cast<double>(group < more ? least + 1 : least);
                             const double mean = moments[0];
                             add(0, count * mean);
                             add(1, moments[1]);
                             add(2, count * mean * mean);
                         });
    if (!finishes) return;
    const double mean = total[0] / static_cast<double>(rows);
    const double between = total[2] - total[0] * mean;
    const double variance = (total[1] + (between > 0 ? between : 0)) / static_cast<double>(rows);
    launch.output.mean[channel] = static_cast<float>(mean);
    launch.output.variance[channel] = static_cast<float>(variance);
    if (launch.finalizes) {
        finalize_channel(launch.finalize, known, channel, static_cast<float>(mean),
                         static_cast<float>(variance));
    }
}

/// Checks and gathers what a pass needs to take statistics.
inline StatisticsLaunch statistics_launch(const char* launcher, const StatisticsOutput& output,
                                          const BatchNormFinalizeArgs* finalize) {
    check_together(launcher, "mean and variance", output.mean, output.variance);
    if (output.mean == nullptr) {
        if (finalize != nullptr) reject(launcher, "finalize is set without statistics");
        return {};
    }
    check_pointer(launcher, "workspace", output.workspace, sizeof(float4));
    check_pointer(launcher, "counters", output.counters);
    if (finalize == nullptr) return {output, {}, false};
    check_pointer(launcher, "finalize.inv_std", finalize->inv_std);
    check_pointer(launcher, "finalize.scale", finalize->scale);
    check_pointer(launcher, "finalize.shift", finalize->shift);
    return {output, *finalize, true};
}

}  // namespace arcmeter::kernels::cuda

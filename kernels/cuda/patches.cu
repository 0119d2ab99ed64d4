// SPDX-License-Identifier: Apache-2.0
// A thread has four neighbouring channels of one tap (gather) or one pixel (sum).
#include "kernels/cuda/patches.h"

#include <algorithm>

#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int threads = 256;
constexpr int width_of_access = 4;
constexpr std::int64_t most_index = 0x7fffffff;

/// PatchShape in the registers' own width.
struct Extents {
    unsigned height, width, groups, out_height, out_width, kernel, stride, padding;

    explicit Extents(const PatchShape& s)
        : height(static_cast<unsigned>(s.height)),
          width(static_cast<unsigned>(s.width)),
          groups(static_cast<unsigned>(s.channels / width_of_access)),
          out_height(static_cast<unsigned>(s.out_height())),
          out_width(static_cast<unsigned>(s.out_width())),
          kernel(static_cast<unsigned>(s.kernel)),
          stride(static_cast<unsigned>(s.stride)),
          padding(static_cast<unsigned>(s.padding)) {}
};

using Four = Pack<float, width_of_access>;

__global__ void __launch_bounds__(threads)
    gather_kernel(Extents e, unsigned count, const float* x, float* patches) {
    const unsigned at = blockIdx.x * threads + threadIdx.x;
    if (at >= count) return;
    const unsigned group = at % e.groups;
    unsigned rest = at / e.groups;
    const unsigned tap_x = rest % e.kernel;
    rest /= e.kernel;
    const unsigned tap_y = rest % e.kernel;
    rest /= e.kernel;
    const unsigned out_x = rest % e.out_width;
    rest /= e.out_width;
    const unsigned out_y = rest % e.out_height;
    const unsigned sample = rest / e.out_height;
    // Outside on the left or above wraps around to a large number.
    const unsigned row = out_y * e.stride + tap_y - e.padding, column = out_x * e.stride + tap_x - e.padding;
    Four four{};
    if (row < e.height && column < e.width) {
        const std::int64_t pixel = (static_cast<std::int64_t>(sample) * e.height + row) * e.width + column;
        four = load<width_of_access>(x + (pixel * e.groups + group) * width_of_access);
    }
    store(patches + static_cast<std::int64_t>(at) * width_of_access, four);
}

__global__ void __launch_bounds__(threads)
    sum_kernel(Extents e, unsigned count, const float* patches, float* dx) {
    const unsigned at = blockIdx.x * threads + threadIdx.x;
    if (at >= count) return;
    const unsigned group = at % e.groups;
    unsigned rest = at / e.groups;
    const unsigned column = rest % e.width + e.padding;
    rest /= e.width;
    const unsigned row = rest % e.height + e.padding;
    const unsigned sample = rest / e.height;
    Four sum{};
    // Only taps that a whole number of strides lies before.
    for (unsigned tap_y = row % e.stride; tap_y < e.kernel && tap_y <= row; tap_y += e.stride) {
        const unsigned out_y = (row - tap_y) / e.stride;
        if (out_y >= e.out_height) continue;
        for (unsigned tap_x = column % e.stride; tap_x < e.kernel && tap_x <= column; tap_x += e.stride) {
            const unsigned out_x = (column - tap_x) / e.stride;
            if (out_x >= e.out_width) continue;
            const std::int64_t patch =
                (static_cast<std::int64_t>(sample) * e.out_height + out_y) * e.out_width + out_x;
            const std::int64_t place = ((patch * e.kernel + tap_y) * e.kernel + tap_x) * e.groups + group;
            const Four four = load<width_of_access>(patches + place * width_of_access);
#pragma unroll
            for (int i = 0; i < width_of_access; ++i) sum.lane[i] += four.lane[i];
        }
    }
    store(dx + static_cast<std::int64_t>(at) * width_of_access, sum);
}

void check_arguments(const char* name, const PatchShape& shape, const float* from, const float* to) {
    check_size(name, "samples", shape.samples);
    check_size(name, "height", shape.height, 1, 1 << 15);
    check_size(name, "width", shape.width, 1, 1 << 15);
    check_size(name, "channels", shape.channels);
    if (shape.channels % width_of_access != 0) reject(name, "channels is no multiple of 4");
    check_size(name, "stride", shape.stride, 1, 1 << 10);
    check_size(name, "padding", shape.padding, 0, 1 << 10);
    check_size(name, "kernel", shape.kernel, 1, std::min(shape.height, shape.width) + 2 * shape.padding);
    check_pointer(name, "input", from, 16);
    check_pointer(name, "output", to, 16);
}

/// Groups of four channels among `elements`.
unsigned count_groups(const char* name, std::int64_t elements) {
    const std::int64_t groups = elements / width_of_access;
    check_size(name, "groups of four channels", groups, 1, most_index);
    return static_cast<unsigned>(groups);
}

LaunchShape blocks_of(unsigned groups) {
    return {dim3(blocks_for(groups, threads)), dim3(threads)};
}

}  // namespace

void gather_patches(const PatchShape& shape, const float* x, float* patches, Stream stream) {
    check_arguments("gather_patches", shape, x, patches);
    const unsigned groups = count_groups("gather_patches", shape.rows() * shape.columns());
    ARCMETER_LAUNCH(gather_kernel, blocks_of(groups), stream, Extents(shape), groups, x, patches);
}

void sum_patches(const PatchShape& shape, const float* patches, float* dx, Stream stream) {
    check_arguments("sum_patches", shape, patches, dx);
    const unsigned groups =
        count_groups("sum_patches", shape.samples * shape.height * shape.width * shape.channels);
    ARCMETER_LAUNCH(sum_kernel, blocks_of(groups), stream, Extents(shape), groups, patches, dx);
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
// A thread transforms one channel of one tile. Neighbouring threads read neighbouring channels and write,
// after a turn in shared memory, neighbouring tiles.
#include "kernels/cuda/check.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/winograd_tile.h"
#include "kernels/math/tf32.h"

namespace arcmeter::kernels::cuda {

namespace {

constexpr int tile = 2, points_across = Winograd<tile>::inputs, points = winograd_points(tile);
/// Of a block. 16 tiles are 64 bytes of a row, two sectors of memory.
constexpr int block_channels = 32, block_tiles = 16, threads = block_channels * block_tiles;

template <bool OfInputs>
__global__ void __launch_bounds__(threads)
    to_rows_kernel(WinogradImages images, std::int64_t part_rows, const float* image, float* transformed) {
    // One more than the tiles: channels that are written at once fall into different banks.
    __shared__ float turn[points][block_channels][block_tiles + 1];
    images = with_tiles_of<tile>(images);
    const auto channels = static_cast<int>(images.channels);
    const int first_channel = static_cast<int>(blockIdx.y) * block_channels;
    const auto first_row = static_cast<std::int64_t>(blockIdx.x) * block_tiles;
    const std::int64_t part = blockIdx.z;
    {
        const int lane = threadIdx.x % block_channels, at = threadIdx.x / block_channels;
        const std::int64_t row = first_row + at, index = part * part_rows + row;
        const bool exists = first_channel + lane < channels && row < part_rows && index < images.tiles();
        if (exists) {
            const TilePlace place(images, static_cast<unsigned>(index));
            to_points<tile, OfInputs>(
                images, place, first_channel + lane, image, [&](int y, const float(&values)[points_across]) {
#pragma unroll
                    for (int x = 0; x < points_across; ++x)
                        turn[y * points_across + x][lane][at] = round_to_tf32(values[x]);
                });
        } else {
#pragma unroll
            for (int point = 0; point < points; ++point) turn[point][lane][at] = 0;
        }
    }
    __syncthreads();
    const int at = threadIdx.x % block_tiles, lane = threadIdx.x / block_tiles;
    const int channel = first_channel + lane;
    if (channel >= channels || first_row + at >= part_rows) return;
    const std::int64_t parts = gridDim.z, line = channels * part_rows;
    float* const out = transformed + part * line + channel * part_rows + first_row + at;
#pragma unroll
    for (int point = 0; point < points; ++point) out[point * parts * line] = turn[point][lane][at];
}

template <bool OfInputs>
void to_rows(const char* name, const WinogradRows& rows, const float* image, float* transformed,
             Stream stream) {
    const WinogradImages& images = rows.images;
    check_size(name, "samples", images.samples);
    check_size(name, "height", images.height, 1, 1 << 15);
    check_size(name, "width", images.width, 1, 1 << 15);
    check_size(name, "channels", images.channels, 1, (1 << 16) * block_channels - block_channels);
    check_size(name, "tile", images.tile, tile, tile);
    check_size(name, "tiles", images.tiles(), 1, 0x7fffffff);
    check_size(name, "parts", rows.parts, 1, 1 << 15);
    check_pointer(name, "input", image);
    check_pointer(name, "output", transformed);
    const dim3 grid(blocks_for(rows.part_rows(), block_tiles), blocks_for(images.channels, block_channels),
                    static_cast<unsigned>(rows.parts));
    ARCMETER_LAUNCH(to_rows_kernel<OfInputs>, LaunchShape{grid, dim3(threads)}, stream, images,
                    rows.part_rows(), image, transformed);
}

}  // namespace

void winograd_input_rows(const WinogradRows& rows, const float* x, float* transformed, Stream stream) {
    to_rows<true>("winograd_input_rows", rows, x, transformed, stream);
}

void winograd_output_adjoint_rows(const WinogradRows& rows, const float* dy, float* transformed,
                                  Stream stream) {
    to_rows<false>("winograd_output_adjoint_rows", rows, dy, transformed, stream);
}

}  // namespace arcmeter::kernels::cuda

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/layout.h"

namespace arcmeter::kernels::cpu {

/// Another order of the same weights that is to be written along with the update. A convolution's weights
/// are a sequence of 16 x 16 tiles [i][o] (input, output channel); the library's data-gradient and BF16
/// kernels want each tile reordered. Tiles keep their sequence, or (1x1 convolutions) the grid of tiles
/// [out tiles][in tiles] is transposed as well.
struct TileTwin {
    enum class Kind {
        none,
        transposed,       ///< float    [o 16][i 16]
        vnni,             ///< bfloat16 [i / 2][o 16][2]
        vnni_transposed,  ///< bfloat16 [o / 2][i 16][2]
    };
    Kind kind = Kind::none;
    void* data = nullptr;           ///< count elements
    std::int64_t grid_columns = 0;  ///< tiles in a row of the grid to transpose; 0: tiles keep their sequence

    /// Where tile number `tile` of `tiles` goes.
    ARCMETER_HD constexpr std::int64_t place(std::int64_t tile, std::int64_t tiles) const {
        return grid_columns == 0 ? tile : tile % grid_columns * (tiles / grid_columns) + tile / grid_columns;
    }
};

struct SgdTensor {
    float* weight;
    const float* gradient;
    float* momentum;
    std::int64_t count;  ///< a multiple of 256 if a twin is set
    float decay;
    bfloat16* half_copy = nullptr;  ///< the new weights rounded, in their own order; or null
    TileTwin twins[2] = {};
};

struct SgdParameters {
    float rate;
    float momentum;
    float gradient_scale = 1;  ///< multiplies every gradient first (1 / loss scale, 1 / ranks)
};

/// v = momentum v - rate (gradient_scale g + decay w); w += v, for all tensors in one launch, with the
/// copies of each written in the same pass. Work is divided evenly by elements, whatever the sizes.
void sgd_update(std::span<const SgdTensor> tensors, const SgdParameters& parameters);

/// Writes half_copy and twins from the weights as they are (after loading or initialising them).
void sgd_refresh_copies(std::span<const SgdTensor> tensors);

}  // namespace arcmeter::kernels::cpu

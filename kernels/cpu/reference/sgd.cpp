// SPDX-License-Identifier: Apache-2.0
#include "kernels/cpu/reference/sgd.h"

namespace arcmeter::kernels::cpu::reference {

namespace {

/// Writes weight e (of tile e / 256, row i, column o) to its place in a twin.
void write_twin(const TileTwin& twin, std::int64_t e, std::int64_t count, float weight) {
    // Tile (row, column) of the grid goes to (column, row).
    const std::int64_t columns = twin.grid_columns;
    const std::int64_t index = e / 256;
    const std::int64_t rows = columns == 0 ? 0 : count / 256 / columns;
    const std::int64_t tile = (columns == 0 ? index : index % columns * rows + index / columns) * 256;
    const std::int64_t i = e % 256 / 16;
    const std::int64_t o = e % 16;
    switch (twin.kind) {
        case TileTwin::Kind::none:
            break;
        case TileTwin::Kind::transposed:
            static_cast<float*>(twin.data)[tile + o * 16 + i] = weight;
            break;
        case TileTwin::Kind::vnni:
            static_cast<bfloat16*>(twin.data)[tile + (i / 2 * 16 + o) * 2 + i % 2] = to_bfloat16(weight);
            break;
        case TileTwin::Kind::vnni_transposed:
            static_cast<bfloat16*>(twin.data)[tile + (o / 2 * 16 + i) * 2 + o % 2] = to_bfloat16(weight);
            break;
    }
}

void write_copies(const SgdTensor& tensor, std::int64_t e) {
    if (tensor.half_copy != nullptr) {
        tensor.half_copy[e] = to_bfloat16(tensor.weight[e]);
    }
    for (const TileTwin& twin : tensor.twins) {
        write_twin(twin, e, tensor.count, tensor.weight[e]);
    }
}

}  // namespace

void sgd_update(std::span<const SgdTensor> tensors, const SgdParameters& parameters) {
    for (const SgdTensor& tensor : tensors) {
        for (std::int64_t e = 0; e < tensor.count; ++e) {
            const double weight = static_cast<double>(tensor.weight[e]);
            const double gradient =
                static_cast<double>(tensor.gradient[e]) * static_cast<double>(parameters.gradient_scale) +
                static_cast<double>(tensor.decay) * weight;
            const double velocity =
                static_cast<double>(parameters.momentum) * static_cast<double>(tensor.momentum[e]) -
                static_cast<double>(parameters.rate) * gradient;
            tensor.momentum[e] = static_cast<float>(velocity);
            tensor.weight[e] = static_cast<float>(weight + velocity);
        }
    }
    reference::sgd_refresh_copies(tensors);
}

void sgd_refresh_copies(std::span<const SgdTensor> tensors) {
    for (const SgdTensor& tensor : tensors) {
        for (std::int64_t e = 0; e < tensor.count; ++e) {
            write_copies(tensor, e);
        }
    }
}

}  // namespace arcmeter::kernels::cpu::reference

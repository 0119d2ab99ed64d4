// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/cuda/cuda_program.h"
#include "engine/backend/cuda/product_cache.h"

namespace arcmeter::backend::cuda {

/// The matrix products of one chunk of class columns.
struct HeadProducts {
    Product* logits = nullptr;      ///< dots [batch][columns] = unit centres^T
    Product* d_unit_set = nullptr;  ///< d unit [batch][width] = G centres, for the first chunk
    Product* d_unit_add = nullptr;  ///< += for the others
    Product* centres = nullptr;     ///< R [columns][width] = G^T unit
};

/// `op` is a margin operation; the forward one has no gradients.
HeadProducts head_products(const CudaProgram& program, ProductCache& products, const graph::Operation& op,
                           std::int64_t columns);

/// Calls visit(first column, columns) for every chunk of a margin operation.
template <typename Visit>
void for_each_chunk(const graph::MarginSoftmaxAttributes& attributes, Visit&& visit) {
    const std::int64_t end = attributes.first_column + attributes.columns;
    for (std::int64_t first = attributes.first_column; first < end; first += attributes.chunk) {
        visit(first, std::min(attributes.chunk, end - first));
    }
}

}  // namespace arcmeter::backend::cuda

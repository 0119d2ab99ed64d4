// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/backend/cpu/products.h"

namespace arcmeter::backend::cpu {

/// FLOP/s of a square-ish matrix product with all of OpenMP's threads: the best of a few runs, some 0.1 s in
/// all. It is what a CPU's arithmetic gives in practice; its clock under vector load, and so its theoretical
/// peak, is not to be had from the system.
double measure_matrix_rate(ProductLibrary& library, kernels::ElementType type);

}  // namespace arcmeter::backend::cpu

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/backend/cuda/products.h"

namespace arcmeter::backend::cuda {

/// Versions of CUDA's runtime, cuDNN, cuBLASLt and NCCL as they are loaded. Needs no device.
std::map<std::string, std::string> library_versions();

/// Convolutions by cuDNN and matrix products by cuBLASLt on the current device, each on the engine that was
/// measured to be fastest. Choices are kept in ChoiceCache::default_file().
std::unique_ptr<ProductLibrary> make_library_products();

}  // namespace arcmeter::backend::cuda

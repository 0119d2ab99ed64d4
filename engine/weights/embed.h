// SPDX-License-Identifier: Apache-2.0
// Embeddings of given inputs, so that others can check our forward pass against theirs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace arcmeter::weights {

struct EmbedOptions {
    std::filesystem::path weights;     ///< safetensors
    std::filesystem::path input;       ///< NPY float [n, 3, 112, 112], already normalised
    std::filesystem::path output;      ///< NPY float32 [n, embedding size], not normalised
    std::int64_t batch_size = 32;      ///< images at a time
    std::optional<std::string> model;  ///< nullopt: told from the weights
};

/// Inference mode: running statistics, no dropout. FP32 on the default device.
void embed(const EmbedOptions& options);

}  // namespace arcmeter::weights

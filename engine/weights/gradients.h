// SPDX-License-Identifier: Apache-2.0
// The gradients of one training step, so that others can check our backward pass against theirs.
#pragma once

#include <filesystem>

#include "engine/protocol/run_config.h"

namespace arcmeter::weights {

struct GradientsOptions {
    /// The batch is the input's and the classes are head.weight's. A bn_eps left open is the weight file's.
    protocol::RunConfig config;
    std::filesystem::path weights;  ///< safetensors with head.weight [C, D]
    std::filesystem::path input;    ///< NPY float [n, 3, 112, 112], already normalised
    std::filesystem::path labels;   ///< NPY int [n], each 0 .. C - 1
    std::filesystem::path
        output;           ///< safetensors: each parameter's gradient under its name, head.weight's, `loss`
    bool poison = false;  ///< ExecutorOptions::poison_activations
};

/// One step in training mode without an update. Refuses fc_type E, whose dropout no other program can repeat,
/// and partial_fc, whose sample none can.
void write_gradients(const GradientsOptions& options);

}  // namespace arcmeter::weights

// SPDX-License-Identifier: Apache-2.0
// A network's weights as a safetensors file. Tensor names are the graph's, which are arcface_torch's for r*
// and mbf. The metadata holds model, fc_type, bn_eps and input_scale; a file without them comes from
// arcface_torch and has bn_eps 1e-5 and input_scale 1/127.5, but for y1, which arcface_torch does not have:
// it keeps the network's own.
#pragma once

#include <cstdint>
#include <string>

#include "engine/backend/backend.h"
#include "engine/graph/graph.h"
#include "engine/protocol/run_config.h"
#include "engine/weights/safetensors.h"

namespace arcmeter::weights {

/// The network that has these tensors, by their names: units per stage tell r18 .. r200 apart. Throws
/// Error(data_corrupt) where none has.
std::string model_of(const SafetensorsFile& file);

/// A configuration with model, fc_type, bn_eps and input_scale as the file gives them, the rest defaults.
protocol::RunConfig config_of(const SafetensorsFile& file);

/// The same for a model that the caller names.
protocol::RunConfig config_of(const SafetensorsFile& file, const std::string& model);

/// A tensor's shape in a file: [out, in / groups, k, k] of convolutions, [rows, columns] of matrices, else
/// [C].
TensorShape file_shape(const graph::Graph& graph, graph::TensorId id);

/// Writes every parameter, buffer and class centre of the executor's graph. The file must hold them all in
/// the graph's shapes and nothing else but `num_batches_tracked` and, for a graph without a head,
/// `head.weight`; otherwise Error(data_corrupt) before anything is written to the executor.
void load_weights(const SafetensorsFile& file, const graph::Graph& graph, backend::Executor& executor);

/// Parameters, buffers and class centres as they are now.
void save_weights(OutputFile& file, const protocol::RunConfig& config, const graph::Graph& graph,
                  backend::Executor& executor);

/// The initial values of a run: what Executor::initialise(config.seed) sets, without an executor.
void save_initial_weights(OutputFile& file, const protocol::RunConfig& config, const graph::Graph& graph);

}  // namespace arcmeter::weights

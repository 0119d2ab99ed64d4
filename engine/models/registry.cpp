// SPDX-License-Identifier: Apache-2.0
#include "engine/models/registry.h"

#include <algorithm>

#include "engine/models/iresnet.h"
#include "engine/models/mobilefacenet.h"
#include "engine/protocol/error.h"

namespace arcmeter::models {

graph::Graph build(const std::string& model, protocol::FcType fc_type, const graph::LayerOptions& options) {
    const protocol::ModelInfo* info = protocol::find_model(model);
    if (info && std::find(info->fc_types.begin(), info->fc_types.end(), fc_type) == info->fc_types.end()) {
        throw Error(ErrorCode::invalid_config, "fc_type is " + std::string(to_string(fc_type)) +
                                                   ", an output that model " + model + " does not have.");
    }
    graph::Graph graph;
    graph::Layers layers(graph, options);
    if (const auto units = iresnet_units(model)) {
        graph.embedding = build_iresnet(layers, *units, fc_type);
    } else if (model == "y1") {
        graph.embedding = build_y1(layers);
    } else if (model == "mbf") {
        graph.embedding = build_mbf(layers);
    } else {
        throw Error(ErrorCode::invalid_config, "model is '" + model + "', which no network here is called.");
    }
    return graph;
}

graph::LayerOptions layer_options(const protocol::RunConfig& config) {
    graph::LayerOptions options;
    options.batch = config.batch_size_per_device;
    options.bn_eps = config.effective_bn_eps();
    options.input_scale = config.input_scale;
    if (config.precision == protocol::Precision::bf16) options.activation_type = graph::DataType::bf16;
    if (config.precision == protocol::Precision::fp16) options.activation_type = graph::DataType::f16;
    if (config.model == "mbf") options.convolution_initialiser = graph::Initialiser::kaiming_fan_out;
    return options;
}

}  // namespace arcmeter::models

// SPDX-License-Identifier: Apache-2.0
// What model files are written with: each call adds one layer, infers its output's shape and creates its
// parameters under arcface_torch's names (NAME.weight, NAME.bias, NAME.running_mean, NAME.running_var).
#pragma once

#include <string>

#include "engine/graph/graph.h"

namespace arcmeter::graph {

struct LayerOptions {
    std::int64_t batch = 64;
    DataType activation_type = DataType::f32;
    double bn_eps = 2e-5;
    double input_scale = 0.0078125;
    bool float_input = false;  ///< the images are already normalised floats [n, 3, 112, 112]
    Initialiser convolution_initialiser = Initialiser::normal;
};

class Layers {
public:
    Layers(Graph& graph, const LayerOptions& options) : graph_(graph), options_(options) {}

    TensorId images();  ///< [batch, 3, 112, 112], normalised

    struct Conv {
        std::int64_t out = 0;
        std::int64_t kernel = 3;
        std::int64_t stride = 1;
        std::int64_t padding = 1;
        std::int64_t groups = 1;
    };
    TensorId convolution(const std::string& name, TensorId x, const Conv& conv);

    enum class Gamma { trained, fixed_at_one };
    TensorId batch_norm(const std::string& name, TensorId x, Gamma gamma = Gamma::trained);
    TensorId batch_norm(const std::string& name, TensorId x, Gamma gamma, double eps);

    TensorId prelu(const std::string& name, TensorId x);
    TensorId add(const std::string& name, TensorId a, TensorId b);
    TensorId dropout(const std::string& name, TensorId x, double rate);
    TensorId linear(const std::string& name, TensorId x, std::int64_t out, bool bias);

    /// Marks x as the end of a unit: a good place to compute the next unit again from. Returns x.
    TensorId end_unit(TensorId x);

    const LayerOptions& options() const { return options_; }
    const Shape& shape(TensorId id) const { return graph_.tensor(id).shape; }

private:
    TensorId activation(const std::string& name, const Shape& shape);
    TensorId parameter(const std::string& name, const Shape& shape, Initialiser initialiser,
                       double stddev = 0);
    TensorId buffer(const std::string& name, std::int64_t channels, Initialiser initialiser);

    Graph& graph_;
    LayerOptions options_;
    std::uint32_t dropouts_ = 0;
};

}  // namespace arcmeter::graph

// SPDX-License-Identifier: Apache-2.0
#include "engine/models/mobilefacenet.h"

#include <array>

namespace arcmeter::models {
namespace {

using graph::Layers;
using graph::TensorId;
using Conv = Layers::Conv;

/// How a family names the parts of conv - BN - PReLU: y1 by role, mbf by arcface_torch's indices.
struct Names {
    const char* conv;
    const char* bn;
    const char* prelu;
};

constexpr Names y1_names{".conv", ".bn", ".prelu"};
constexpr Names mbf_names{".layers.0", ".layers.1", ".layers.2"};

TensorId conv_bn(Layers& net, const Names& names, const std::string& name, TensorId x, const Conv& conv) {
    x = net.convolution(name + names.conv, x, conv);
    return net.batch_norm(name + names.bn, x);
}

TensorId conv_bn_prelu(Layers& net, const Names& names, const std::string& name, TensorId x,
                       const Conv& conv) {
    return net.prelu(name + names.prelu, conv_bn(net, names, name, x, conv));
}

struct Bottleneck {
    std::int64_t expand;
    std::int64_t out;
    std::int64_t stride;
    bool residual;
};

/// conv1x1/expand BN PReLU - depthwise 3x3 BN PReLU - conv1x1/out BN (+ x).
TensorId bottleneck(Layers& net, const Names& names, const std::array<std::string, 3>& parts,
                    const std::string& name, TensorId x, const Bottleneck& shape) {
    TensorId y = conv_bn_prelu(net, names, parts[0], x, {.out = shape.expand, .kernel = 1, .padding = 0});
    y = conv_bn_prelu(net, names, parts[1], y,
                      {.out = shape.expand, .stride = shape.stride, .groups = shape.expand});
    y = conv_bn(net, names, parts[2], y, {.out = shape.out, .kernel = 1, .padding = 0});
    return net.end_unit(shape.residual ? net.add(name + ".add", y, x) : y);
}

struct Run {
    int count;
    Bottleneck shape;
};

}  // namespace

TensorId build_y1(Layers& net) {
    static constexpr std::array<Run, 6> runs{{{1, {128, 64, 2, false}},
                                              {4, {128, 64, 1, true}},
                                              {1, {256, 128, 2, false}},
                                              {6, {256, 128, 1, true}},
                                              {1, {512, 128, 2, false}},
                                              {2, {256, 128, 1, true}}}};
    TensorId x = net.images();
    x = net.end_unit(conv_bn_prelu(net, y1_names, "stem", x, {.out = 64, .stride = 2}));
    x = net.end_unit(conv_bn_prelu(net, y1_names, "dw", x, {.out = 64, .groups = 64}));
    int number = 0;
    for (const Run& run : runs) {
        for (int i = 0; i < run.count; ++i) {
            const std::string name = "block" + std::to_string(++number);
            x = bottleneck(net, y1_names, {name + ".expand", name + ".depthwise", name + ".project"}, name, x,
                           run.shape);
        }
    }
    x = conv_bn_prelu(net, y1_names, "last", x, {.out = 512, .kernel = 1, .padding = 0});
    x = conv_bn(net, y1_names, "gdc", x, {.out = 512, .kernel = 7, .padding = 0, .groups = 512});
    x = net.linear("fc", x, 128, true);
    // The output block keeps 2e-5 though the body's eps is 1e-3 (spec: output types).
    return net.batch_norm("embedding_bn", x, Layers::Gamma::fixed_at_one, 2e-5);
}

TensorId build_mbf(Layers& net) {
    static constexpr std::array<Run, 6> runs{{{1, {128, 128, 2, false}},
                                              {4, {128, 128, 1, true}},
                                              {1, {256, 256, 2, false}},
                                              {6, {256, 256, 1, true}},
                                              {1, {512, 256, 2, false}},
                                              {2, {256, 256, 1, true}}}};
    TensorId x = net.images();
    x = net.end_unit(conv_bn_prelu(net, mbf_names, "layers.0", x, {.out = 128, .stride = 2}));
    x = net.end_unit(conv_bn_prelu(net, mbf_names, "layers.1", x, {.out = 128, .groups = 64}));
    for (std::size_t r = 0; r < runs.size(); ++r) {
        const std::string stage = "layers." + std::to_string(r + 2);
        for (int i = 0; i < runs[r].count; ++i) {
            // arcface_torch wraps repeated blocks in one more Sequential.
            const std::string name = runs[r].shape.residual ? stage + ".layers." + std::to_string(i) : stage;
            x = bottleneck(net, mbf_names, {name + ".layers.0", name + ".layers.1", name + ".layers.2"}, name,
                           x, runs[r].shape);
        }
    }
    x = conv_bn_prelu(net, mbf_names, "conv_sep", x, {.out = 512, .kernel = 1, .padding = 0});
    x = conv_bn(net, mbf_names, "features.layers.0", x,
                {.out = 512, .kernel = 7, .padding = 0, .groups = 512});
    x = net.linear("features.layers.2", x, 512, false);
    return net.batch_norm("features.layers.3", x);
}

}  // namespace arcmeter::models

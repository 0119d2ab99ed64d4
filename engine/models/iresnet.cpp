// SPDX-License-Identifier: Apache-2.0
#include "engine/models/iresnet.h"

#include <utility>

namespace arcmeter::models {
namespace {

using graph::Layers;
using graph::TensorId;

/// BN - conv3x3 - BN - PReLU - conv3x3 (stride) - BN, plus the shortcut.
TensorId unit(Layers& net, const std::string& name, TensorId x, std::int64_t channels, std::int64_t stride) {
    TensorId y = net.batch_norm(name + ".bn1", x);
    y = net.convolution(name + ".conv1", y, {.out = channels});
    y = net.batch_norm(name + ".bn2", y);
    y = net.prelu(name + ".prelu", y);
    y = net.convolution(name + ".conv2", y, {.out = channels, .stride = stride});
    y = net.batch_norm(name + ".bn3", y);
    TensorId shortcut = x;
    if (stride != 1) {
        shortcut = net.convolution(name + ".downsample.0", x,
                                   {.out = channels, .kernel = 1, .stride = stride, .padding = 0});
        shortcut = net.batch_norm(name + ".downsample.1", shortcut);
    }
    return net.end_unit(net.add(name + ".add", y, shortcut));
}

}  // namespace

std::optional<StageUnits> iresnet_units(const std::string& model) {
    static const std::array<std::pair<const char*, StageUnits>, 5> table{{{"r18", {2, 2, 2, 2}},
                                                                          {"r34", {3, 4, 6, 3}},
                                                                          {"r50", {3, 4, 14, 3}},
                                                                          {"r100", {3, 13, 30, 3}},
                                                                          {"r200", {6, 26, 60, 6}}}};
    for (const auto& [name, units] : table) {
        if (model == name) return units;
    }
    return std::nullopt;
}

TensorId build_iresnet(Layers& net, const StageUnits& units, protocol::FcType fc_type) {
    static constexpr std::array<std::int64_t, 4> channels{64, 128, 256, 512};
    TensorId x = net.images();
    x = net.convolution("conv1", x, {.out = 64});
    x = net.batch_norm("bn1", x);
    x = net.end_unit(net.prelu("prelu", x));
    for (std::size_t stage = 0; stage < 4; ++stage) {
        for (int i = 0; i < units[stage]; ++i) {
            const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(i);
            x = unit(net, name, x, channels[stage], i == 0 ? 2 : 1);
        }
    }
    x = net.batch_norm("bn2", x);
    if (fc_type == protocol::FcType::e) x = net.dropout("dropout", x, 0.4);
    x = net.linear("fc", x, 512, true);
    return net.batch_norm("features", x, Layers::Gamma::fixed_at_one);
}

}  // namespace arcmeter::models

// SPDX-License-Identifier: Apache-2.0
// Weight files are exchanged with arcface_torch, so r* and mbf must name their tensors as its modules do.
#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "engine/models/registry.h"

namespace arcmeter::models {
namespace {

using graph::Shape;
using protocol::FcType;

void expect_tensors(const char* model, FcType fc_type,
                    const std::vector<std::pair<const char*, Shape>>& tensors) {
    const graph::Graph graph = build(model, fc_type, {});
    for (const auto& [name, shape] : tensors) {
        EXPECT_NO_THROW(EXPECT_EQ(graph.tensor(graph.find(name)).shape, shape) << name) << name;
    }
}

TEST(TensorNames, R18) {
    expect_tensors("r18", FcType::e,
                   {{"conv1.weight", {64, 3, 3, 3}},
                    {"bn1.running_var", {1, 64, 1, 1}},
                    {"prelu.weight", {1, 64, 1, 1}},
                    {"layer1.0.bn1.weight", {1, 64, 1, 1}},
                    {"layer1.0.conv1.weight", {64, 64, 3, 3}},
                    {"layer1.0.bn2.bias", {1, 64, 1, 1}},
                    {"layer1.0.prelu.weight", {1, 64, 1, 1}},
                    {"layer1.0.conv2.weight", {64, 64, 3, 3}},
                    {"layer1.0.bn3.running_mean", {1, 64, 1, 1}},
                    {"layer2.0.downsample.0.weight", {128, 64, 1, 1}},
                    {"layer2.0.downsample.1.weight", {1, 128, 1, 1}},
                    {"layer4.1.conv2.weight", {512, 512, 3, 3}},
                    {"bn2.weight", {1, 512, 1, 1}},
                    {"fc.weight", {512, 25'088, 1, 1}},
                    {"fc.bias", {1, 512, 1, 1}},
                    {"features.weight", {1, 512, 1, 1}},
                    {"features.running_var", {1, 512, 1, 1}}});
}

TEST(TensorNames, MobileFaceNet) {
    expect_tensors("mbf", FcType::gdc,
                   {{"layers.0.layers.0.weight", {128, 3, 3, 3}},
                    {"layers.0.layers.1.running_mean", {1, 128, 1, 1}},
                    {"layers.0.layers.2.weight", {1, 128, 1, 1}},
                    {"layers.1.layers.0.weight", {128, 2, 3, 3}},
                    {"layers.2.layers.0.layers.0.weight", {128, 128, 1, 1}},
                    {"layers.2.layers.1.layers.0.weight", {128, 1, 3, 3}},
                    {"layers.2.layers.2.layers.1.weight", {1, 128, 1, 1}},
                    {"layers.3.layers.3.layers.0.layers.0.weight", {128, 128, 1, 1}},
                    {"layers.5.layers.5.layers.2.layers.0.weight", {256, 256, 1, 1}},
                    {"layers.6.layers.0.layers.0.weight", {512, 256, 1, 1}},
                    {"layers.7.layers.1.layers.2.layers.1.running_var", {1, 256, 1, 1}},
                    {"conv_sep.layers.0.weight", {512, 256, 1, 1}},
                    {"features.layers.0.layers.0.weight", {512, 1, 7, 7}},
                    {"features.layers.0.layers.1.weight", {1, 512, 1, 1}},
                    {"features.layers.2.weight", {512, 512, 1, 1}},
                    {"features.layers.3.weight", {1, 512, 1, 1}}});
}

TEST(TensorNames, AreUnique) {
    for (const protocol::ModelInfo& info : protocol::models()) {
        const graph::Graph graph = build(std::string(info.name), info.fc_type, {});
        std::set<std::string> names;
        for (const graph::Tensor& tensor : graph.tensors()) {
            EXPECT_TRUE(names.insert(tensor.name).second) << info.name << " " << tensor.name;
        }
    }
}

}  // namespace
}  // namespace arcmeter::models

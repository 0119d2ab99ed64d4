// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/models/registry.h"

namespace arcmeter::models {
namespace {

using graph::Graph;
using graph::Shape;
using protocol::FcType;

Shape shape_of(const Graph& graph, const std::string& name) {
    return graph.tensor(graph.find(name)).shape;
}

TEST(Shapes, IResNetHalvesFourTimes) {
    const Graph graph = build("r100", FcType::e, {.batch = 2});
    EXPECT_EQ(shape_of(graph, "images"), (Shape{2, 3, 112, 112}));
    EXPECT_EQ(shape_of(graph, "prelu"), (Shape{2, 64, 112, 112}));
    EXPECT_EQ(shape_of(graph, "layer1.0.conv1"),
              (Shape{2, 64, 112, 112}));  // a unit's second convolution strides
    EXPECT_EQ(shape_of(graph, "layer1.2.add"), (Shape{2, 64, 56, 56}));
    EXPECT_EQ(shape_of(graph, "layer2.12.add"), (Shape{2, 128, 28, 28}));
    EXPECT_EQ(shape_of(graph, "layer3.29.add"), (Shape{2, 256, 14, 14}));
    EXPECT_EQ(shape_of(graph, "layer4.2.add"), (Shape{2, 512, 7, 7}));
    EXPECT_EQ(shape_of(graph, "fc.weight"), (Shape{512, 25'088, 1, 1}));
    EXPECT_EQ(shape_of(graph, "features"), (Shape{2, 512, 1, 1}));
}

TEST(Shapes, Y1FollowsTheTable) {
    const Graph graph = build("y1", FcType::gdc, {.batch = 2});
    EXPECT_EQ(shape_of(graph, "stem.prelu"), (Shape{2, 64, 56, 56}));
    EXPECT_EQ(shape_of(graph, "dw.prelu"), (Shape{2, 64, 56, 56}));
    EXPECT_EQ(shape_of(graph, "block1.expand.prelu"), (Shape{2, 128, 56, 56}));
    EXPECT_EQ(shape_of(graph, "block1.project.bn"), (Shape{2, 64, 28, 28}));
    EXPECT_EQ(shape_of(graph, "block5.add"), (Shape{2, 64, 28, 28}));
    EXPECT_EQ(shape_of(graph, "block6.project.bn"), (Shape{2, 128, 14, 14}));
    EXPECT_EQ(shape_of(graph, "block12.add"), (Shape{2, 128, 14, 14}));
    EXPECT_EQ(shape_of(graph, "block13.depthwise.prelu"), (Shape{2, 512, 7, 7}));
    EXPECT_EQ(shape_of(graph, "block15.add"), (Shape{2, 128, 7, 7}));
    EXPECT_EQ(shape_of(graph, "last.prelu"), (Shape{2, 512, 7, 7}));
    EXPECT_EQ(shape_of(graph, "gdc.bn"), (Shape{2, 512, 1, 1}));
    EXPECT_EQ(shape_of(graph, "embedding_bn"), (Shape{2, 128, 1, 1}));
}

double eps_of(const Graph& graph, const std::string& name) {
    for (const graph::Operation& op : graph.operations()) {
        if (op.name == name) return op.get<graph::BatchNormAttributes>().eps;
    }
    ADD_FAILURE() << name;
    return 0;
}

/// spec.md gives the output blocks their own eps of 2e-5.
TEST(Shapes, Y1sOutputKeepsItsOwnEps) {
    const Graph graph = build("y1", FcType::gdc, {.batch = 2, .bn_eps = 1e-3});
    EXPECT_DOUBLE_EQ(eps_of(graph, "block1.expand.bn"), 1e-3);
    EXPECT_DOUBLE_EQ(eps_of(graph, "embedding_bn"), 2e-5);
}

TEST(Shapes, GammaOfTheLastBatchNormIsTrainedInMbfAlone) {
    const auto role = [](const char* model, FcType type, const char* name) {
        const Graph graph = build(model, type, {});
        return graph.tensor(graph.find(name)).role;
    };
    EXPECT_EQ(role("r18", FcType::e, "features.weight"), graph::Role::buffer);
    EXPECT_EQ(role("y1", FcType::gdc, "embedding_bn.weight"), graph::Role::buffer);
    EXPECT_EQ(role("mbf", FcType::gdc, "features.layers.3.weight"), graph::Role::parameter);
}

}  // namespace
}  // namespace arcmeter::models

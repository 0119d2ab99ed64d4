// SPDX-License-Identifier: Apache-2.0
// Structure of the backward pass; its numbers are checked by tests/engine/backend.
#include "engine/graph/backward.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "engine/graph/layers.h"
#include "engine/graph/lowering.h"
#include "tests/engine/graph/step_graphs.h"

namespace arcmeter::graph {
namespace {

class EveryNetwork : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryNetwork, EachParameterHasExactlyOneGradientAndOneUpdate) {
    const Graph graph = test::step_graph(test::config_of(GetParam(), 2));
    std::set<std::string> names;
    for (const Tensor& tensor : graph.tensors()) names.insert(tensor.name);
    const Operation& update = graph.operations().back();
    ASSERT_EQ(update.kind, OpKind::sgd_update);
    const auto writers = graph.writers();
    std::size_t parameters = 0;
    for (const Tensor& tensor : graph.tensors()) {
        if (tensor.role != Role::parameter) continue;
        ++parameters;
        const TensorId gradient = graph.find(tensor.name + ".grad");
        EXPECT_EQ(graph.tensor(gradient).shape, tensor.shape);
        EXPECT_EQ(writers[static_cast<std::size_t>(gradient)].size(), 1u) << tensor.name;
        EXPECT_TRUE(names.contains(tensor.name + ".momentum")) << tensor.name;
    }
    EXPECT_EQ(update.inputs.size(), 3 * parameters);
}

TEST_P(EveryNetwork, TheImagesGetNoGradient) {
    const Graph graph = test::step_graph(test::config_of(GetParam(), 2));
    std::size_t forward = 0, data_gradients = 0;
    for (const Operation& op : graph.operations()) {
        forward += op.kind == OpKind::convolution || op.kind == OpKind::depthwise_convolution;
        data_gradients +=
            op.kind == OpKind::convolution_data_gradient || op.kind == OpKind::depthwise_data_gradient;
    }
    EXPECT_EQ(data_gradients, forward - 1);
}

/// Where a unit's shortcut meets its BatchNorm, the sum is made by the pass that writes the gradient anyway.
/// A MobileFaceNet bottleneck begins with a convolution, whose data gradient cannot add: one pass for each of
/// twelve.
TEST(Backward, PassesThatOnlyAddGradients) {
    const auto additions = [](const char* model) {
        return test::count_of(test::step_graph(test::config_of(model, 2)), OpKind::add);
    };
    EXPECT_EQ(additions("r18"), 0u);
    EXPECT_EQ(additions("r100"), 0u);
    EXPECT_EQ(additions("y1"), 12u);
}

TEST_P(EveryNetwork, TimeIsCountedUnderTheRightPart) {
    std::set<Part> seen;
    Part last = Part::forward;
    const Graph graph = test::step_graph(test::config_of(GetParam(), 2));
    for (const Operation& op : graph.operations()) {
        EXPECT_GE(static_cast<int>(op.part), static_cast<int>(last)) << op.name;
        last = op.part;
        seen.insert(op.part);
    }
    EXPECT_EQ(seen, (std::set<Part>{Part::forward, Part::head, Part::backward, Part::optimizer}));
}

INSTANTIATE_TEST_SUITE_P(Networks, EveryNetwork, ::testing::Values("r18", "r100", "y1"));

class SmallBackward : public ::testing::Test {
protected:
    std::map<TensorId, TensorId> differentiate() {
        Graph lowered = lower(forward, Mode::training);
        fuse_channel_maps(lowered);
        graph = lowered;
        const TensorId dy = graph.add_tensor(
            {.name = "dy", .shape = graph.tensor(graph.embedding).shape, .role = Role::input});
        return append_backward(graph, graph.operations().size(), dy);
    }
    Graph forward, graph;
    Layers net{forward, {.batch = 2, .float_input = true}};
};

TEST_F(SmallBackward, GradientsOfTwoConvolutionsThatReadOneTensorAreSummed) {
    const TensorId x = net.convolution("stem", net.images(), {.out = 16});
    forward.embedding =
        net.add("sum", net.convolution("a", x, {.out = 16}), net.convolution("b", x, {.out = 16}));
    EXPECT_EQ(differentiate().size(), 3u);
    EXPECT_EQ(test::count_of(graph, OpKind::add), 1u);
}

TEST_F(SmallBackward, AFixedGammaGetsNoGradient) {
    TensorId x = net.convolution("stem", net.images(), {.out = 16});
    forward.embedding = net.batch_norm("bn", x, Layers::Gamma::fixed_at_one);
    const auto gradients = differentiate();
    EXPECT_FALSE(gradients.contains(forward.find("bn.weight")));
    EXPECT_TRUE(gradients.contains(forward.find("bn.bias")));
}

TEST_F(SmallBackward, ABranchThatDoesNotReachTheEmbeddingGetsNone) {
    const TensorId x = net.convolution("stem", net.images(), {.out = 16});
    net.convolution("unused", x, {.out = 16});
    forward.embedding = net.prelu("prelu", x);
    const auto gradients = differentiate();
    EXPECT_FALSE(gradients.contains(forward.find("unused.weight")));
    EXPECT_TRUE(gradients.contains(forward.find("stem.weight")));
}

TEST_F(SmallBackward, PReLUOverASumIsRefused) {
    const TensorId x = net.convolution("stem", net.images(), {.out = 16});
    forward.embedding = net.prelu("prelu", net.add("sum", x, net.convolution("a", x, {.out = 16})));
    // Kept apart today: the sum is stored, and PReLU reads it.
    EXPECT_EQ(differentiate().size(), 3u);
}

}  // namespace
}  // namespace arcmeter::graph

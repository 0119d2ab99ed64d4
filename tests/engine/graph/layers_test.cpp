// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/layers.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace arcmeter::graph {
namespace {

class LayersTest : public ::testing::Test {
protected:
    TensorId input(const Shape& shape) {
        return graph.add_tensor({.name = "in", .shape = shape, .role = Role::input});
    }
    Graph graph;
    Layers net{graph, {.batch = 5}};
};

TEST_F(LayersTest, ConvolutionShapes) {
    const TensorId x = input({5, 16, 15, 14});
    EXPECT_EQ(net.shape(net.convolution("a", x, {.out = 8})), (Shape{5, 8, 15, 14}));
    EXPECT_EQ(net.shape(net.convolution("b", x, {.out = 8, .stride = 2})), (Shape{5, 8, 8, 7}));
    EXPECT_EQ(net.shape(net.convolution("c", x, {.out = 8, .kernel = 1, .stride = 2, .padding = 0})),
              (Shape{5, 8, 8, 7}));
    EXPECT_EQ(net.shape(net.convolution("d", x, {.out = 16, .groups = 16})), (Shape{5, 16, 15, 14}));
    EXPECT_EQ(net.shape(net.convolution("e", x, {.out = 16, .groups = 8})), (Shape{5, 16, 15, 14}));
    EXPECT_EQ(net.shape(net.convolution("f", x, {.out = 16, .kernel = 7, .padding = 0, .groups = 16})),
              (Shape{5, 16, 9, 8}));
    EXPECT_EQ(graph.tensor(graph.find("b.weight")).shape, (Shape{8, 16, 3, 3}));
    EXPECT_EQ(graph.tensor(graph.find("d.weight")).shape, (Shape{16, 1, 3, 3}));
    EXPECT_EQ(graph.tensor(graph.find("e.weight")).shape, (Shape{16, 2, 3, 3}));
}

TEST_F(LayersTest, ConvolutionsThatCannotWorkAreRefused) {
    const TensorId x = input({5, 16, 5, 5});
    EXPECT_THROW(net.convolution("a", x, {.out = 16, .kernel = 7, .padding = 0}), std::logic_error);
    EXPECT_THROW(net.convolution("b", x, {.out = 16, .groups = 4}), std::logic_error);
    EXPECT_THROW(net.convolution("c", x, {.out = 32, .groups = 16}), std::logic_error);
}

TEST_F(LayersTest, AddWantsEqualShapes) {
    const TensorId x = input({5, 16, 5, 5});
    const TensorId y = net.convolution("a", x, {.out = 16, .stride = 2});
    EXPECT_THROW(net.add("sum", x, y), std::logic_error);
    EXPECT_EQ(net.shape(net.add("sum", x, x)), net.shape(x));
}

TEST_F(LayersTest, LinearFlattens) {
    const TensorId y = net.linear("fc", input({5, 16, 7, 7}), 32, true);
    EXPECT_EQ(net.shape(y), (Shape{5, 32, 1, 1}));
    EXPECT_EQ(graph.tensor(graph.find("fc.weight")).shape, (Shape{32, 784, 1, 1}));
    EXPECT_EQ(graph.tensor(graph.find("fc.bias")).shape, (Shape{1, 32, 1, 1}));
    net.linear("plain", y, 8, false);
    EXPECT_THROW(graph.find("plain.bias"), std::out_of_range);
}

TEST_F(LayersTest, InitialValuesAreTheSpecs) {
    const TensorId x = input({5, 16, 7, 7});
    TensorId y = net.convolution("conv", x, {.out = 16});
    y = net.batch_norm("bn", y);
    y = net.prelu("prelu", y);
    y = net.linear("fc", y, 8, true);
    net.batch_norm("out", y, Layers::Gamma::fixed_at_one);
    const auto tensor = [&](const char* name) { return graph.tensor(graph.find(name)); };
    EXPECT_EQ(tensor("conv.weight").initialiser, Initialiser::normal);
    EXPECT_DOUBLE_EQ(tensor("conv.weight").initial_stddev, 0.1);
    EXPECT_DOUBLE_EQ(tensor("fc.weight").initial_stddev, 0.1);
    EXPECT_EQ(tensor("fc.bias").initialiser, Initialiser::zero);
    EXPECT_EQ(tensor("prelu.weight").initialiser, Initialiser::prelu_slope);
    EXPECT_EQ(tensor("bn.weight").initialiser, Initialiser::one);
    EXPECT_EQ(tensor("bn.bias").initialiser, Initialiser::zero);
    EXPECT_EQ(tensor("bn.running_var").initialiser, Initialiser::one);
    EXPECT_EQ(tensor("bn.running_mean").role, Role::buffer);
    EXPECT_EQ(tensor("out.weight").role, Role::buffer);
    EXPECT_EQ(tensor("out.bias").role, Role::parameter);
}

TEST_F(LayersTest, DropoutsAreToldApart) {
    const TensorId x = input({5, 16, 7, 7});
    net.dropout("a", x, 0.4);
    net.dropout("b", x, 0.4);
    const auto& operations = graph.operations();
    EXPECT_NE(operations[0].get<DropoutAttributes>().stream, operations[1].get<DropoutAttributes>().stream);
}

TEST_F(LayersTest, ImagesAreBytesOrFloats) {
    EXPECT_EQ(net.shape(net.images()), (Shape{5, 3, 112, 112}));
    EXPECT_EQ(graph.tensor(graph.images).type, DataType::u8);
    Graph other;
    Layers floats(other, {.batch = 2, .float_input = true});
    EXPECT_EQ(floats.images(), other.images);
    EXPECT_TRUE(other.operations().empty());
}

}  // namespace
}  // namespace arcmeter::graph

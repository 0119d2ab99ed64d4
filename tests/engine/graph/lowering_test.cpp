// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/lowering.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/graph/memory_plan.h"
#include "engine/models/registry.h"
#include "tests/engine/graph/step_graphs.h"

namespace arcmeter::graph {
namespace {

using test::count_of;

Graph forward_of(const std::string& model) {
    const protocol::RunConfig config = test::config_of(model, 2);
    return models::build(model, config.effective_fc_type(), models::layer_options(config));
}

const Operation& writer_of(const Graph& graph, const std::string& name) {
    const auto writers = graph.writers()[static_cast<std::size_t>(graph.find(name))];
    return graph.operations().at(writers.at(0));
}

bool has_writer(const Graph& graph, const std::string& name) {
    return !graph.writers()[static_cast<std::size_t>(graph.find(name))].empty();
}

class LoweredR18 : public ::testing::Test {
protected:
    LoweredR18() : graph(lower(forward_of("r18"), Mode::training)) {
        fuse_channel_maps(graph);
        emit_statistics_from_writers(graph);
    }
    Graph graph;
};

TEST(Lowering, NothingOfTheModelsOwnNormalisationIsLeft) {
    for (const char* model : {"r18", "y1", "mbf"}) {
        const Graph graph = lower(forward_of(model), Mode::training);
        for (const OpKind kind : {OpKind::batch_norm, OpKind::prelu, OpKind::add}) {
            EXPECT_EQ(count_of(graph, kind), 0u) << model << " " << to_string(kind);
        }
    }
}

TEST_F(LoweredR18, BatchNormAndPReLUAreOnePass) {
    const Operation& map = writer_of(graph, "layer2.1.prelu");
    EXPECT_EQ(map.kind, OpKind::channel_map);
    EXPECT_EQ(map.input(channel_map::a), graph.find("layer2.1.conv1"));
    EXPECT_EQ(map.input(channel_map::scale_a), graph.find("layer2.1.bn2/scale"));
    EXPECT_EQ(map.input(channel_map::slope), graph.find("layer2.1.prelu.weight"));
    EXPECT_FALSE(has_writer(graph, "layer2.1.bn2"));
}

TEST_F(LoweredR18, BatchNormAndAddAreOnePassOnBothSides) {
    const Operation& plain = writer_of(graph, "layer2.1.add");
    EXPECT_EQ(plain.input(channel_map::a), graph.find("layer2.1.conv2"));
    EXPECT_EQ(plain.input(channel_map::b), graph.find("layer2.0.add"));
    EXPECT_EQ(plain.input(channel_map::scale_b), no_tensor);
    const Operation& downsampling = writer_of(graph, "layer2.0.add");
    EXPECT_EQ(downsampling.input(channel_map::a), graph.find("layer2.0.conv2"));
    EXPECT_EQ(downsampling.input(channel_map::b), graph.find("layer2.0.downsample.0"));
    EXPECT_EQ(downsampling.input(channel_map::scale_b), graph.find("layer2.0.downsample.1/scale"));
    EXPECT_FALSE(has_writer(graph, "layer2.0.downsample.1"));
}

TEST_F(LoweredR18, WhatAConvolutionReadsIsStored) {
    EXPECT_TRUE(has_writer(graph, "layer2.1.bn1"));
    EXPECT_TRUE(has_writer(graph, "features"));  // the embedding
}

/// 8 units of three maps, the stem's, and the last two BatchNorms.
TEST_F(LoweredR18, CountsOfPasses) {
    EXPECT_EQ(count_of(graph, OpKind::channel_map), 27u);
    EXPECT_EQ(count_of(graph, OpKind::convolution), 21u);
    EXPECT_EQ(count_of(graph, OpKind::batch_norm_finalize), 31u);
    // Of 31 statistics, 9 are of what a map writes (each unit's input and the last one's output).
    EXPECT_EQ(count_of(graph, OpKind::channel_statistics), 22u);
}

TEST_F(LoweredR18, StatisticsComeFromTheWriter) {
    const Operation& writer = writer_of(graph, "layer1.0.add");
    ASSERT_EQ(writer.outputs.size(), 3u);
    EXPECT_EQ(writer.outputs[channel_map::mean], graph.find("layer1.1.bn1/mean"));
    EXPECT_EQ(writer.outputs[channel_map::variance], graph.find("layer1.1.bn1/variance"));
}

TEST_F(LoweredR18, DeadTensorsHaveNoStorage) {
    const ArenaPlan plan = plan_arena(graph, [&](TensorId id) { return graph.tensor(id).bytes(); });
    for (const char* dead : {"layer2.1.bn2", "layer2.1.bn3", "layer2.0.downsample.1", "bn1"}) {
        EXPECT_LT(plan.placements[static_cast<std::size_t>(graph.find(dead))].offset, 0) << dead;
    }
    EXPECT_GE(plan.placements[static_cast<std::size_t>(graph.find("layer2.1.bn1"))].offset, 0);
}

TEST(Lowering, InferenceTakesRunningStatisticsAndDropsDropout) {
    Graph graph = lower(forward_of("r18"), Mode::inference);
    fuse_channel_maps(graph);
    EXPECT_EQ(count_of(graph, OpKind::dropout), 0u);
    EXPECT_EQ(count_of(graph, OpKind::channel_statistics), 0u);
    EXPECT_EQ(count_of(graph, OpKind::batch_norm_finalize), 0u);
    EXPECT_EQ(count_of(graph, OpKind::batch_norm_inference), 31u);
    EXPECT_EQ(writer_of(graph, "fc").input(0), graph.find("bn2"));
    EXPECT_TRUE(has_writer(graph, "features"));
}

TEST(Lowering, TrainingKeepsDropout) {
    EXPECT_EQ(count_of(lower(forward_of("r18"), Mode::training), OpKind::dropout), 1u);
}

/// An affine output that a map and something else read cannot be virtual.
TEST(Lowering, AnOutputReadElsewhereStaysStored) {
    Graph forward;
    Layers net(forward, {.batch = 2, .float_input = true});
    TensorId x = net.convolution("conv", net.images(), {.out = 16});
    x = net.batch_norm("bn", x);
    const TensorId y = net.convolution("next", x, {.out = 16});
    forward.embedding = net.add("sum", x, y);
    Graph graph = lower(forward, Mode::training);
    fuse_channel_maps(graph);
    EXPECT_TRUE(has_writer(graph, "bn"));
    EXPECT_EQ(writer_of(graph, "sum").input(channel_map::a), x);
}

/// PReLU(BN(BN(x))): only one affine map fits into a reader.
TEST(Lowering, TwoAffineMapsInARowFuseOnce) {
    Graph forward;
    Layers net(forward, {.batch = 2, .float_input = true});
    TensorId x = net.convolution("conv", net.images(), {.out = 16});
    x = net.batch_norm("bn1", x);
    x = net.batch_norm("bn2", x);
    forward.embedding = net.prelu("prelu", x);
    Graph graph = lower(forward, Mode::training);
    fuse_channel_maps(graph);
    EXPECT_NO_THROW(graph.verify());
    const Operation& last = writer_of(graph, "prelu");
    EXPECT_EQ(last.input(channel_map::scale_a), graph.find("bn2/scale"));
    EXPECT_EQ(last.input(channel_map::a), graph.find("bn1"));
}

}  // namespace
}  // namespace arcmeter::graph

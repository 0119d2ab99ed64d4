// SPDX-License-Identifier: Apache-2.0
#include "engine/train/step_graph.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace arcmeter::train {
namespace {

using graph::OpKind;

std::size_t count_of(const graph::Graph& graph, OpKind kind) {
    std::size_t count = 0;
    for (const graph::Operation& op : graph.operations()) count += op.kind == kind;
    return count;
}

protocol::RunConfig small_config(const char* model = "y1") {
    protocol::RunConfig config;
    config.model = model;
    config.batch_size_per_device = 2;
    return config;
}

TEST(StepGraph, TheHeadUpdatesItsCentresItself) {
    const StepGraph step = build_step_graph(small_config(), 100);
    EXPECT_EQ(step.head.gradient, graph::no_tensor);
    for (const graph::TensorId id : step.graph.operations().back().inputs) EXPECT_NE(id, step.head.centres);
    EXPECT_EQ(step.graph.tensor(step.head.centres).shape, (graph::Shape{100, 128, 1, 1}));
    EXPECT_EQ(step.graph.tensor(step.head.centres).initial_stddev, 0.01);
}

TEST(StepGraph, AKeptGradientIsAppliedWithTheOthers) {
    const StepGraph step = build_step_graph(small_config(), 100, {.keep_class_gradient = true});
    const auto& inputs = step.graph.operations().back().inputs;
    EXPECT_NE(std::find(inputs.begin(), inputs.end(), step.head.centres), inputs.end());
}

TEST(StepGraph, WithoutUpdateItEndsWithTheGradients) {
    const StepGraph step =
        build_step_graph(small_config(), 100, {.keep_class_gradient = true, .update = false});
    EXPECT_EQ(count_of(step.graph, OpKind::sgd_update), 0u);
    for (const graph::Tensor& tensor : step.graph.tensors()) EXPECT_NE(tensor.role, graph::Role::momentum);
}

TEST(StepGraph, PartialFcSamples) {
    protocol::RunConfig config = small_config();
    config.parallelism = protocol::Parallelism::partial_fc;
    EXPECT_EQ(count_of(build_step_graph(config, 1000).graph, OpKind::class_sample), 1u);
    EXPECT_EQ(count_of(build_step_graph(small_config(), 1000).graph, OpKind::class_sample), 0u);
}

TEST(StepGraph, FloatInputNeedsNoConversion) {
    EXPECT_EQ(count_of(build_step_graph(small_config(), 10).graph, OpKind::input_conversion), 1u);
    const StepGraph step = build_step_graph(small_config(), 10, {.float_input = true});
    EXPECT_EQ(count_of(step.graph, OpKind::input_conversion), 0u);
    EXPECT_EQ(step.graph.tensor(step.graph.images).shape, (graph::Shape{2, 3, 112, 112}));
}

TEST(StepGraph, InferenceIsForwardAlone) {
    const graph::Graph graph = build_inference_graph(small_config("r18"));
    EXPECT_EQ(graph.labels, graph::no_tensor);
    EXPECT_EQ(graph.tensor(graph.embedding).shape, (graph::Shape{2, 512, 1, 1}));
    for (const graph::Operation& op : graph.operations()) EXPECT_EQ(op.part, graph::Part::forward) << op.name;
}

}  // namespace
}  // namespace arcmeter::train

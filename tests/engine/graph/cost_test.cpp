// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/cost.h"

#include <gtest/gtest.h>

#include "tests/engine/graph/step_graphs.h"

namespace arcmeter::graph {
namespace {

class StepCost : public ::testing::TestWithParam<const char*> {};

/// Two ways to the same number: from the model's layers, and from the operations of the whole step.
TEST_P(StepCost, OperationsOfAStepAddUpToTheNetworksFlops) {
    constexpr std::int64_t batch = 4;
    const train::StepGraph step = train::build_step_graph(test::config_of(GetParam(), batch), 1000);
    double flops = 0;
    for (const Operation& op : step.graph.operations()) {
        if (op.part != Part::head) flops += cost_of(step.graph, op).flops;
    }
    EXPECT_EQ(flops, static_cast<double>(batch * step.flops_per_sample));
}

INSTANTIATE_TEST_SUITE_P(Networks, StepCost, ::testing::Values("r18", "r50", "y1", "mbf"));

/// spec.md: the full softmax adds 6 D C per sample; recomputed logits are work, not progress, and are not
/// counted.
TEST(HeadCost, FullSoftmax) {
    protocol::RunConfig config = test::config_of("r18", 64);
    EXPECT_EQ(train::build_step_graph(config, 85'742).head_flops_per_sample, 6LL * 512 * 85'742);
    EXPECT_EQ(train::build_step_graph(config, 1'000'000).head_flops_per_sample, 6LL * 512 * 1'000'000);
    config.parallelism = protocol::Parallelism::partial_fc;
    EXPECT_EQ(train::build_step_graph(config, 1'000'000).head_flops_per_sample, 6LL * 512 * 100'000);
}

/// Counted by hand for fused BatchNorm, PReLU and addition kernels around plain convolutions: 430 MB for r100
/// and 105 MB for y1 in FP32, 354 and 80 MB where statistics come with the writing pass, as most of them do
/// here. The parameters and their update, which no sample has for itself, are less than 1 % at this batch.
TEST(StepBytes, AgreeWithTheCountByHand) {
    for (const auto& [model, least, most] : {std::tuple{"r100", 354e6, 430e6}, {"y1", 80e6, 105e6}}) {
        const double bytes =
            static_cast<double>(train::build_step_graph(test::config_of(model, 1024), 1000).bytes_per_sample);
        EXPECT_GT(bytes, 0.95 * least) << model;
        EXPECT_LT(bytes, 1.05 * most) << model;
    }
}

TEST(OperationCost, BytesCountEveryOperandOnce) {
    Graph graph;
    const TensorId a = graph.add_tensor({.name = "a", .shape = {2, 16, 3, 3}, .role = Role::input});
    const TensorId b = graph.add_tensor({.name = "b", .shape = {2, 16, 3, 3}, .type = DataType::bf16});
    const Operation op{.kind = OpKind::add, .inputs = {a, a, no_tensor}, .outputs = {b}};
    EXPECT_EQ(cost_of(graph, op).bytes, 2 * 288 * 4 + 288 * 2);
    EXPECT_EQ(cost_of(graph, op).flops, 0);
}

}  // namespace
}  // namespace arcmeter::graph

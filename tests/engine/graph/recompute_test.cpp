// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/graph/memory_plan.h"
#include "tests/engine/graph/step_graphs.h"

namespace arcmeter::graph {
namespace {

using protocol::Recompute;

double activation_mib_per_sample(const std::string& model, Recompute recompute, std::int64_t batch) {
    const Graph graph = test::step_graph(test::config_of(model, batch, recompute));
    const ArenaPlan plan = plan_arena(graph, [&](TensorId id) { return graph.tensor(id).bytes(); });
    return static_cast<double>(plan.transient_bytes) / static_cast<double>(batch) / (1 << 20);
}

/// What must be kept of one unit of C channels at H x W: none: its input, its first BatchNorm's output, two
/// convolution outputs, the PReLU's output; units: the input and the convolution outputs; blocks: the input
/// alone. Over the whole r100 that is 84, 52 and 16.4 MiB a sample, and what one unit's own computation takes
/// comes on top (spec: performance.md, which counts a sixth tensor for autograd, 107, and the stem's
/// convolution as kept, 19.7).
TEST(Recompute, ActivationsOfR100) {
    const double none = activation_mib_per_sample("r100", Recompute::none, 64);
    const double units = activation_mib_per_sample("r100", Recompute::units, 64);
    const double blocks = activation_mib_per_sample("r100", Recompute::blocks, 64);
    RecordProperty("blocks_mib_per_sample", std::to_string(blocks));
    RecordProperty("none_mib_per_sample", std::to_string(none));
    RecordProperty("units_mib_per_sample", std::to_string(units));
    EXPECT_NEAR(none, 86, 2);
    EXPECT_NEAR(units, 52, 1.5);
    EXPECT_NEAR(blocks, 18, 1.8);
}

TEST(Recompute, OnlyMapsThatWeightGradientsReadAreRunAgain) {
    const Graph graph = test::step_graph(test::config_of("r18", 2, Recompute::units));
    std::size_t clones = 0;
    for (const Operation& op : graph.operations()) {
        if (!op.name.ends_with("/recompute")) continue;
        ++clones;
        EXPECT_EQ(op.part, Part::backward);
        EXPECT_EQ(op.outputs.size(), 1u);
        const auto readers = graph.readers()[static_cast<std::size_t>(op.output(0))];
        for (const std::size_t reader : readers) {
            EXPECT_EQ(graph.operations()[reader].kind, OpKind::convolution_weight_gradient) << op.name;
        }
        EXPECT_FALSE(readers.empty()) << op.name;
    }
    EXPECT_EQ(clones, 16u);  // two maps in each of eight units
}

/// Every stretch but the last is computed once more; nothing that moves running statistics is.
TEST(Recompute, BlocksRunEachConvolutionOfAUnitOnceMore) {
    const Graph graph = test::step_graph(test::config_of("r18", 2, Recompute::blocks));
    std::set<std::string> again;
    for (const Operation& op : graph.operations()) {
        if (!op.name.ends_with("/recompute")) continue;
        EXPECT_EQ(op.part, Part::backward) << op.name;
        EXPECT_EQ(op.outputs.size(), 1u) << op.name;
        EXPECT_TRUE(again.insert(op.name).second) << op.name << " is run twice";
    }
    EXPECT_TRUE(again.contains("input/recompute"));
    EXPECT_TRUE(again.contains("conv1/recompute"));
    for (const Operation& op : graph.operations()) {
        if (op.kind == OpKind::convolution && op.part == Part::forward) {
            EXPECT_TRUE(again.contains(op.name + "/recompute")) << op.name;
        }
        if (op.kind == OpKind::batch_norm_finalize || op.kind == OpKind::channel_statistics) {
            EXPECT_EQ(op.part, Part::forward) << op.name;
        }
    }
}

/// Between forward and backward only the ends of units are alive, and vectors of channels.
TEST(Recompute, BlocksKeepTheEndsOfUnits) {
    const Graph graph = test::step_graph(test::config_of("y1", 2, Recompute::blocks));
    const auto readers = graph.readers();
    const auto writers = graph.writers();
    const auto begins = std::find_if(graph.operations().begin(), graph.operations().end(),
                                     [](const Operation& op) { return op.part == Part::backward; });
    const auto backward = static_cast<std::size_t>(begins - graph.operations().begin());
    std::size_t last_end = 0, kept = 0;
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        if (graph.tensors()[i].unit_end && writers[i].size() == 1 && writers[i].front() < backward) {
            last_end = std::max(last_end, writers[i].front());
        }
    }
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const Tensor& tensor = graph.tensors()[i];
        if (tensor.role != Role::activation || writers[i].empty() || readers[i].empty()) continue;
        const bool is_across = writers[i].front() <= last_end && readers[i].back() >= backward;
        if (!is_across || tensor.shape.n == 1) continue;
        EXPECT_TRUE(tensor.unit_end) << tensor.name;
        ++kept;
    }
    EXPECT_GE(kept, 17u);  // the stem, its depthwise convolution and fifteen bottlenecks
}

TEST(Recompute, FlopsDoNotChange) {
    const auto none = train::build_step_graph(test::config_of("r50", 2), 1000);
    const auto units = train::build_step_graph(test::config_of("r50", 2, Recompute::units), 1000);
    EXPECT_EQ(none.flops_per_sample, units.flops_per_sample);
    EXPECT_EQ(none.parameters, units.parameters);
}

}  // namespace
}  // namespace arcmeter::graph

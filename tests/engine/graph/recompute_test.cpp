// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

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
/// convolution outputs, the PReLU's output; units: the input and the convolution outputs. Over the whole r100
/// that is 84 and 52 MiB a sample (spec: performance.md, which counts a sixth tensor for autograd: 107).
TEST(Recompute, ActivationsOfR100) {
    const double none = activation_mib_per_sample("r100", Recompute::none, 64);
    const double units = activation_mib_per_sample("r100", Recompute::units, 64);
    RecordProperty("none_mib_per_sample", std::to_string(none));
    RecordProperty("units_mib_per_sample", std::to_string(units));
    EXPECT_NEAR(none, 86, 2);
    EXPECT_NEAR(units, 52, 1.5);
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

TEST(Recompute, FlopsDoNotChange) {
    const auto none = train::build_step_graph(test::config_of("r50", 2), 1000);
    const auto units = train::build_step_graph(test::config_of("r50", 2, Recompute::units), 1000);
    EXPECT_EQ(none.flops_per_sample, units.flops_per_sample);
    EXPECT_EQ(none.parameters, units.parameters);
}

}  // namespace
}  // namespace arcmeter::graph

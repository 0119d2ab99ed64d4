// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/memory_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/graph/step_graphs.h"

namespace arcmeter::graph {
namespace {

constexpr std::size_t never = static_cast<std::size_t>(-1);

/// First and last operation that touches each tensor, found without the planner.
struct Life {
    std::size_t first = never;
    std::size_t last = 0;
};

std::vector<Life> lives_of(const Graph& graph) {
    std::vector<Life> lives(graph.tensors().size());
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        std::vector<TensorId> touched = graph.operations()[i].inputs;
        touched.insert(touched.end(), graph.operations()[i].outputs.begin(),
                       graph.operations()[i].outputs.end());
        for (const TensorId id : touched) {
            if (id == no_tensor) continue;
            Life& life = lives[static_cast<std::size_t>(id)];
            if (life.first == never) life.first = i;
            life.last = i;
        }
    }
    return lives;
}

bool works_element_by_element(OpKind kind) {
    return kind == OpKind::channel_map || kind == OpKind::channel_map_backward_apply || kind == OpKind::add ||
           kind == OpKind::dropout;
}

/// Whether `output` may lie exactly on `input`: written by an element-wise operation at which the input dies.
bool may_be_in_place(const Graph& graph, const std::vector<Life>& lives, TensorId input, TensorId output) {
    const Life& in = lives[static_cast<std::size_t>(input)];
    const Life& out = lives[static_cast<std::size_t>(output)];
    if (in.last != out.first) return false;
    const Operation& op = graph.operations()[in.last];
    const bool reads = std::find(op.inputs.begin(), op.inputs.end(), input) != op.inputs.end();
    return works_element_by_element(op.kind) && op.output(0) == output && reads &&
           graph.tensor(input).bytes() == graph.tensor(output).bytes();
}

/// Checks every pair of stored tensors that are alive at once; returns how many work in place.
int check_no_overlap(const Graph& graph, const ArenaPlan& plan) {
    const std::vector<Life> lives = lives_of(graph);
    int in_place = 0;
    for (std::size_t a = 0; a < lives.size(); ++a) {
        const Placement& place_a = plan.placements[a];
        if (lives[a].first == never) {
            EXPECT_LT(place_a.offset, 0) << graph.tensors()[a].name << " is unused and has storage";
            continue;
        }
        EXPECT_EQ(place_a.offset % arena_alignment, 0);
        EXPECT_LE(place_a.offset + place_a.bytes, plan.total_bytes()) << graph.tensors()[a].name;
        const bool persistent_a = is_persistent(graph.tensors()[a].role);
        EXPECT_EQ(persistent_a, place_a.offset < plan.persistent_bytes) << graph.tensors()[a].name;
        for (std::size_t b = a + 1; b < lives.size(); ++b) {
            if (lives[b].first == never) continue;
            const Placement& place_b = plan.placements[b];
            const bool apart = place_a.offset + place_a.bytes <= place_b.offset ||
                               place_b.offset + place_b.bytes <= place_a.offset;
            if (apart) continue;
            const bool always = persistent_a || is_persistent(graph.tensors()[b].role);
            if (!always && (lives[a].last < lives[b].first || lives[b].last < lives[a].first)) continue;
            const auto id_a = static_cast<TensorId>(a), id_b = static_cast<TensorId>(b);
            const bool legal =
                !always && place_a.offset == place_b.offset &&
                (may_be_in_place(graph, lives, id_a, id_b) || may_be_in_place(graph, lives, id_b, id_a));
            EXPECT_TRUE(legal) << graph.tensors()[a].name << " and " << graph.tensors()[b].name;
            in_place += legal;
        }
    }
    return in_place;
}

ArenaPlan plan_of(const Graph& graph) {
    return plan_arena(graph, [&](TensorId id) { return graph.tensor(id).bytes(); });
}

struct Case {
    const char* model;
    protocol::Recompute recompute;
    protocol::Parallelism parallelism;
};

class ArenaTest : public ::testing::TestWithParam<Case> {};

TEST_P(ArenaTest, NoTwoLivingTensorsOverlap) {
    protocol::RunConfig config = test::config_of(GetParam().model, 8, GetParam().recompute);
    config.parallelism = GetParam().parallelism;
    const Graph graph = test::step_graph(config);
    const ArenaPlan plan = plan_of(graph);
    EXPECT_GT(check_no_overlap(graph, plan), 5) << "nothing works in place";
}

TEST_P(ArenaTest, TheArenaIsNotMuchLargerThanItsFullestMoment) {
    const Graph graph = test::step_graph(test::config_of(GetParam().model, 8, GetParam().recompute));
    const ArenaPlan plan = plan_of(graph);
    const std::vector<Life> lives = lives_of(graph);
    std::int64_t fullest = 0;
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        // Tensors of one place count once.
        std::vector<std::pair<std::int64_t, std::int64_t>> living;
        for (std::size_t t = 0; t < lives.size(); ++t) {
            if (is_persistent(graph.tensors()[t].role) || lives[t].first > i || lives[t].last < i) continue;
            if (plan.placements[t].offset >= 0)
                living.emplace_back(plan.placements[t].offset, plan.placements[t].bytes);
        }
        std::sort(living.begin(), living.end());
        living.erase(std::unique(living.begin(), living.end()), living.end());
        std::int64_t sum = 0;
        for (const auto& [offset, bytes] : living) sum += bytes;
        fullest = std::max(fullest, sum);
    }
    EXPECT_GE(plan.transient_bytes, fullest);
    // A first-fit plan wastes little on networks; more than a tenth would be worth a better planner.
    EXPECT_LT(static_cast<double>(plan.transient_bytes), 1.10 * static_cast<double>(fullest));
}

INSTANTIATE_TEST_SUITE_P(
    Networks, ArenaTest,
    ::testing::Values(Case{"r18", protocol::Recompute::none, protocol::Parallelism::data},
                      Case{"r18", protocol::Recompute::units, protocol::Parallelism::partial_fc},
                      Case{"y1", protocol::Recompute::none, protocol::Parallelism::partial_fc},
                      Case{"y1", protocol::Recompute::units, protocol::Parallelism::data},
                      Case{"mbf", protocol::Recompute::units, protocol::Parallelism::data}),
    [](const auto& test_info) {
        return std::string(test_info.param.model) + "_" + std::string(to_string(test_info.param.recompute)) +
               "_" + std::string(to_string(test_info.param.parallelism));
    });

class SmallArena : public ::testing::Test {
protected:
    TensorId tensor(const char* name, std::int64_t bytes, Role role = Role::activation) {
        return graph.add_tensor(
            {.name = name, .shape = {1, bytes, 1, 1}, .type = DataType::u8, .role = role});
    }
    const Placement& place(TensorId id) { return plan.placements[static_cast<std::size_t>(id)]; }
    Graph graph;
    ArenaPlan plan;
};

TEST_F(SmallArena, InPlaceOnlyWhereTheInputDies) {
    const TensorId in = tensor("in", 640, Role::input);
    const TensorId a = tensor("a", 640), b = tensor("b", 640), c = tensor("c", 640), d = tensor("d", 640);
    graph.add_operation({.kind = OpKind::dropout, .inputs = {in}, .outputs = {a}});
    graph.add_operation({.kind = OpKind::dropout, .inputs = {a}, .outputs = {b}});  // a is read again
    graph.add_operation({.kind = OpKind::add, .inputs = {a, b}, .outputs = {c}});   // a and b die
    graph.add_operation({.kind = OpKind::convolution, .inputs = {c}, .outputs = {d}});
    plan = plan_of(graph);
    EXPECT_NE(place(a).offset, place(in).offset);  // never over what outlives the step
    EXPECT_NE(place(a).offset, place(b).offset);
    EXPECT_EQ(place(c).offset, place(a).offset);
    EXPECT_NE(place(d).offset, place(c).offset);  // a convolution does not work in place
    EXPECT_EQ(plan.transient_bytes, 1280);
    EXPECT_EQ(plan.persistent_bytes, 640);
    check_no_overlap(graph, plan);
}

TEST_F(SmallArena, InPlaceOnlyAtEqualSize) {
    const TensorId in = tensor("in", 64, Role::input);
    const TensorId a = tensor("a", 640), b = tensor("b", 320);
    graph.add_operation({.kind = OpKind::convolution, .inputs = {in}, .outputs = {a}});
    graph.add_operation({.kind = OpKind::dropout, .inputs = {a}, .outputs = {b}});
    plan = plan_of(graph);
    EXPECT_NE(place(a).offset, place(b).offset);
}

TEST_F(SmallArena, StorageIsUsedAgain) {
    const TensorId in = tensor("in", 64, Role::input);
    TensorId x = in;
    for (int i = 0; i < 10; ++i) {
        const TensorId y = tensor("y", 6400);
        graph.add_operation({.kind = OpKind::convolution, .inputs = {x}, .outputs = {y}});
        x = y;
    }
    plan = plan_of(graph);
    EXPECT_EQ(plan.transient_bytes, 2 * 6400);
}

TEST_F(SmallArena, RoleTotals) {
    const TensorId w = tensor("w", 100, Role::parameter), y = tensor("y", 10);
    tensor("unused", 1000, Role::parameter);
    graph.add_operation({.kind = OpKind::convolution, .inputs = {w}, .outputs = {y}});
    plan = plan_of(graph);
    EXPECT_EQ(plan.bytes_of(graph, Role::parameter), 128);  // aligned; the unused one has no storage
    EXPECT_EQ(plan.bytes_of(graph, Role::momentum), 0);
    EXPECT_EQ(plan.total_bytes(), 128 + 64);
}

}  // namespace
}  // namespace arcmeter::graph

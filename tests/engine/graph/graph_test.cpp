// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/graph.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace arcmeter::graph {
namespace {

TEST(Graph, FindsByNameAndListsUsers) {
    Graph graph;
    const TensorId a = graph.add_tensor({.name = "a", .role = Role::input});
    const TensorId b = graph.add_tensor({.name = "b"});
    const TensorId c = graph.add_tensor({.name = "c"});
    graph.add_operation({.kind = OpKind::add, .inputs = {a, a}, .outputs = {b}});
    graph.add_operation({.kind = OpKind::add, .inputs = {a, b}, .outputs = {c, no_tensor}});
    EXPECT_EQ(graph.find("b"), b);
    EXPECT_THROW(graph.find("d"), std::out_of_range);
    EXPECT_EQ(graph.readers()[static_cast<std::size_t>(a)], (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(graph.writers()[static_cast<std::size_t>(c)], (std::vector<std::size_t>{1}));
    EXPECT_NO_THROW(graph.verify());
}

TEST(Graph, VerifyRefusesReadingWhatIsNotWritten) {
    Graph graph;
    const TensorId a = graph.add_tensor({.name = "a", .role = Role::input});
    const TensorId b = graph.add_tensor({.name = "b"});
    const TensorId c = graph.add_tensor({.name = "c"});
    graph.add_operation({.kind = OpKind::add, .name = "early", .inputs = {a, b}, .outputs = {c}});
    graph.add_operation({.kind = OpKind::add, .inputs = {a, a}, .outputs = {b}});
    EXPECT_THROW(graph.verify(), std::logic_error);
}

TEST(Graph, EveryKindHasAName) {
    for (int kind = 0; kind <= static_cast<int>(OpKind::sgd_update); ++kind) {
        EXPECT_NE(to_string(static_cast<OpKind>(kind)), "?") << kind;
    }
}

TEST(Graph, OnlyActivationsEndWithTheStep) {
    EXPECT_FALSE(is_persistent(Role::activation));
    for (const Role role : {Role::input, Role::parameter, Role::buffer, Role::gradient, Role::momentum,
                            Role::class_centre, Role::class_gradient, Role::class_momentum, Role::result}) {
        EXPECT_TRUE(is_persistent(role));
    }
}

}  // namespace
}  // namespace arcmeter::graph

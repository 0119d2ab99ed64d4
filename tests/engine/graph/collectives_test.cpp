// SPDX-License-Identifier: Apache-2.0
// Where collectives stand in the step graph of one of several ranks.
#include "engine/graph/collectives.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/protocol/error.h"
#include "tests/engine/graph/step_graphs.h"

namespace arcmeter::graph {
namespace {

using namespace test;
using protocol::Parallelism;

constexpr Parallelism parallelisms[] = {Parallelism::data, Parallelism::model, Parallelism::partial_fc};

protocol::RunConfig ranks_config(Parallelism parallelism, std::int64_t ranks) {
    protocol::RunConfig config = config_of("y1", 2);
    config.parallelism = parallelism;
    config.devices_per_node = ranks;
    config.communication_bucket_bytes = 500'000;
    return config;
}

bool is_start(const Operation& op) {
    return op.kind == OpKind::all_reduce || op.kind == OpKind::all_gather ||
           op.kind == OpKind::reduce_scatter;
}

TEST(Collectives, OneRankHasNone) {
    for (const Parallelism parallelism : parallelisms) {
        const Graph graph = step_graph(ranks_config(parallelism, 1));
        for (const Operation& op : graph.operations()) {
            EXPECT_NE(op.part, Part::communication) << op.name;
            EXPECT_FALSE(is_start(op)) << op.name;
        }
    }
    const Graph data = step_graph(ranks_config(Parallelism::data, 1));
    const Graph model = step_graph(ranks_config(Parallelism::model, 1));
    ASSERT_EQ(data.operations().size(), model.operations().size());
    for (std::size_t i = 0; i < data.operations().size(); ++i) {
        EXPECT_EQ(data.operations()[i].kind, model.operations()[i].kind);
        EXPECT_EQ(data.operations()[i].inputs, model.operations()[i].inputs);
        EXPECT_EQ(data.operations()[i].outputs, model.operations()[i].outputs);
    }
}

TEST(Collectives, EachStartHasOneWaitAfterIt) {
    for (const Parallelism parallelism : parallelisms) {
        std::set<std::int32_t> under_way, seen;
        const Graph graph = step_graph(ranks_config(parallelism, 4));
        for (const Operation& op : graph.operations()) {
            if (is_start(op)) {
                const std::int32_t request = op.get<CollectiveAttributes>().request;
                EXPECT_TRUE(under_way.insert(request).second) << op.name;
                EXPECT_TRUE(seen.insert(request).second) << op.name;
            }
            if (op.kind == OpKind::wait) {
                EXPECT_EQ(under_way.erase(op.get<CollectiveAttributes>().request), 1u) << op.name;
            }
        }
        EXPECT_TRUE(under_way.empty());
        EXPECT_EQ(*seen.rbegin(), static_cast<std::int32_t>(seen.size()) - 1);
    }
}

/// Nothing reads or writes what a collective writes, and nothing writes what it reads, between its start and
/// its wait.
TEST(Collectives, WhatIsUnderWayIsLeftAlone) {
    for (const Parallelism parallelism : parallelisms) {
        const Graph graph = step_graph(ranks_config(parallelism, 4));
        std::set<TensorId> read, written;
        for (const Operation& op : graph.operations()) {
            const bool whole = !is_start(op) || op.get<CollectiveAttributes>().elements == 0;
            if (op.kind != OpKind::wait) {
                for (const TensorId id : op.inputs) EXPECT_FALSE(written.contains(id)) << op.name;
                for (const TensorId id : op.outputs) {
                    EXPECT_FALSE(written.contains(id) || read.contains(id))
                        << op.name << " touches " << graph.tensor(id).name;
                }
            }
            // A part of the row state may be reduced while others of its rows are used.
            const bool is_part = !whole && graph.tensor(op.input(0)).name == "head/row_state";
            if (is_start(op) && !is_part) {
                read.insert(op.inputs.begin(), op.inputs.end());
                written.insert(op.outputs.begin(), op.outputs.end());
            }
            if (op.kind == OpKind::wait) {
                for (const TensorId id : op.inputs) read.erase(id);
                for (const TensorId id : op.outputs) written.erase(id);
            }
        }
    }
}

TEST(Collectives, EveryGradientIsReducedOnceInBucketsDuringBackward) {
    const Graph graph = step_graph(ranks_config(Parallelism::model, 2));
    std::set<TensorId> reduced;
    std::size_t buckets = 0, last_backward = 0, first_start = 0;
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        const Operation& op = graph.operations()[i];
        if (op.part == Part::backward) last_backward = i;
        if (op.kind != OpKind::all_reduce || op.get<CollectiveAttributes>().payload != Payload::gradients)
            continue;
        if (buckets++ == 0) first_start = i;
        for (const TensorId id : op.inputs) EXPECT_TRUE(reduced.insert(id).second) << graph.tensor(id).name;
    }
    EXPECT_EQ(buckets, 8u);  // 4.0 MB in buckets that a gradient fills up to 500 kB or more
    EXPECT_LT(first_start, last_backward);
    std::size_t gradients = 0;
    for (const Tensor& tensor : graph.tensors()) gradients += tensor.role == Role::gradient;
    EXPECT_EQ(reduced.size(), gradients);
}

TEST(Collectives, BytesOfTheSpecification) {
    const auto bytes_of = [](Parallelism parallelism, Payload payload) {
        std::int64_t bytes = 0;
        for (const CollectiveCost& cost : collective_costs(step_graph(ranks_config(parallelism, 4)))) {
            if (cost.payload == payload) bytes += cost.bytes;
        }
        return bytes;
    };
    constexpr std::int64_t global_batch = 8, width = 128, classes = 1000;
    for (const Parallelism parallelism : parallelisms) {
        EXPECT_NEAR(static_cast<double>(bytes_of(parallelism, Payload::gradients)), 4 * 1'003'264.0,
                    4 * 200.0);
    }
    EXPECT_EQ(bytes_of(Parallelism::data, Payload::class_gradients), 4 * classes * width);
    EXPECT_EQ(bytes_of(Parallelism::data, Payload::result), 8);
    for (const Parallelism parallelism : {Parallelism::model, Parallelism::partial_fc}) {
        EXPECT_EQ(bytes_of(parallelism, Payload::labels), 4 * global_batch);
        EXPECT_EQ(bytes_of(parallelism, Payload::embeddings), 4 * global_batch * width);
        EXPECT_EQ(bytes_of(parallelism, Payload::embedding_gradients), 4 * global_batch * width);
        EXPECT_EQ(bytes_of(parallelism, Payload::softmax_sums), 2 * 4 * global_batch);
        EXPECT_EQ(bytes_of(parallelism, Payload::row_maximum), 4 * global_batch);
        EXPECT_EQ(bytes_of(parallelism, Payload::class_gradients), 0);
    }
}

TEST(Collectives, RanksStartTheSameInTheSameOrder) {
    for (const Parallelism parallelism : parallelisms) {
        const protocol::RunConfig config = ranks_config(parallelism, 3);
        const auto starts_of = [&](std::int64_t rank) {
            std::vector<std::tuple<OpKind, Payload, std::int64_t>> starts;
            const Graph graph = train::build_step_graph(config, 1000, {.rank = rank}).graph;
            const std::vector<CollectiveCost> costs = collective_costs(graph);
            for (const Operation& op : graph.operations()) {
                if (!is_start(op)) continue;
                const auto request = static_cast<std::size_t>(op.get<CollectiveAttributes>().request);
                starts.emplace_back(op.kind, costs[request].payload, costs[request].bytes);
            }
            return starts;
        };
        EXPECT_EQ(starts_of(0), starts_of(1));
        EXPECT_EQ(starts_of(0), starts_of(2));
    }
}

TEST(Collectives, HeadFlopsAreThoseOfAllRanks) {
    const auto flops_of = [](Parallelism parallelism, std::int64_t ranks) {
        return train::build_step_graph(ranks_config(parallelism, ranks), 10'000).head_flops_per_sample;
    };
    EXPECT_EQ(flops_of(Parallelism::data, 1), 6 * 128 * 10'000);
    EXPECT_EQ(flops_of(Parallelism::data, 4), 6 * 128 * 10'000);
    EXPECT_EQ(flops_of(Parallelism::model, 4), 6 * 128 * 10'000);
    EXPECT_EQ(flops_of(Parallelism::partial_fc, 4), 6 * 128 * 1'000);
}

TEST(Collectives, MoreShardsThanClassesAreRefused) {
    EXPECT_THROW(train::build_step_graph(ranks_config(Parallelism::model, 4), 3), Error);
    EXPECT_NO_THROW(train::build_step_graph(ranks_config(Parallelism::data, 4), 3));
}

}  // namespace
}  // namespace arcmeter::graph

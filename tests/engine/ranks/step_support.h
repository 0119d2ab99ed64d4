// SPDX-License-Identifier: Apache-2.0
// Whole training steps: N ranks give the loss and the parameters of one rank that has the whole batch.
//
// BatchNorm's statistics are each rank's own. Where the network has BatchNorm every rank sees the same images
// under different labels: then a rank's statistics are the global batch's, and, as backward is linear in the
// gradient of the embedding, the sums over ranks of BatchNorm's backward are the global batch's as well. The
// network without BatchNorm sees different images on every rank, and has dropout, whose masks are those of
// the global batch.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "engine/graph/layers.h"
#include "tests/engine/backend/network_support.h"
#include "tests/engine/ranks/ranks_main.h"

namespace arcmeter::train::test {

using namespace comm::test;
using backend::test::relative_distance;
using protocol::Parallelism;

inline constexpr std::int64_t each = 4;      ///< samples of a rank
inline constexpr std::int64_t side = 8;      ///< of an image
inline constexpr std::int64_t classes = 23;  ///< shards are uneven on 2, 3 and 4 ranks
inline constexpr int steps = 5;

/// The order of FP32 additions differs between batch sizes and between ranks, and five steps let the
/// difference grow.
inline constexpr double loss_tolerance = 1e-5;
inline constexpr double parameter_tolerance = 5e-4;

inline graph::Graph network(std::int64_t batch, bool with_batch_norm) {
    graph::Graph graph;
    graph::Layers net(graph, {.batch = batch});
    graph::TensorId x = graph.images =
        graph.add_tensor({.name = "images", .shape = {batch, 3, side, side}, .role = graph::Role::input});
    x = net.convolution("conv1", x, {.out = 16});
    if (with_batch_norm) x = net.batch_norm("bn1", x);
    x = net.prelu("prelu1", x);
    graph::TensorId y = net.convolution("conv2", x, {.out = 16});
    if (with_batch_norm) y = net.batch_norm("bn2", y);
    x = net.add("add", y, x);
    x = net.prelu("prelu2", net.convolution("conv3", x, {.out = 32, .stride = 2}));
    if (!with_batch_norm) x = net.dropout("dropout", x, 0.4);
    x = net.linear("fc", x, 32, true);
    graph.embedding =
        with_batch_norm ? net.batch_norm("embedding", x, graph::Layers::Gamma::fixed_at_one) : x;
    return graph;
}

struct Parallel {
    Parallelism parallelism = Parallelism::data;
    bool with_batch_norm = true;
    std::int64_t bucket_bytes = 4000;  ///< several buckets even here
    protocol::CommunicationPrecision wire = protocol::CommunicationPrecision::fp32;
    int steps = test::steps;
};

inline protocol::RunConfig config_of(const Parallel& setup, std::int64_t of_ranks) {
    protocol::RunConfig config;
    config.parallelism = setup.parallelism;
    config.sample_ratio = 1.0;
    config.batch_size_per_device = each * world_size() / of_ranks;
    config.devices_per_node = of_ranks;
    config.communication_bucket_bytes = setup.bucket_bytes;
    config.communication_precision = setup.wire;
    return config;
}

/// Images and labels of the global batch.
struct GlobalBatch {
    explicit GlobalBatch(bool same_images) {
        std::mt19937 random(1);
        std::normal_distribution<float> normal;
        const auto values = static_cast<std::size_t>(each * 3 * side * side);
        for (std::int64_t r = 0; r < world_size(); ++r) {
            for (std::size_t i = 0; i < values; ++i) {
                images.push_back(same_images && r > 0 ? images[i] : normal(random));
            }
        }
        for (std::int64_t i = 0; i < each * world_size(); ++i) {
            labels.push_back(static_cast<std::int32_t>(random() % classes));
        }
    }
    backend::StepInput input(int step, std::int64_t first_sample) const {
        backend::StepInput out;
        out.step = static_cast<std::uint64_t>(step);
        out.learning_rate = 0.01;
        out.float_images = images.data() + first_sample * 3 * side * side;
        out.labels = labels.data() + first_sample;
        return out;
    }
    std::vector<float> images;
    std::vector<std::int32_t> labels;
};

/// The backend under test: each program has its own.
std::unique_ptr<backend::Executor> make_executor(const StepGraph& step,
                                                 const backend::ExecutorOptions& options);

/// One training, by this rank of several or by one rank for all.
class Training {
public:
    Training(const Parallel& setup, std::int64_t of_ranks)
        : config(config_of(setup, of_ranks)),
          step(build_step_graph(network(config.batch_size_per_device, setup.with_batch_norm), config, classes,
                                {.rank = of_ranks > 1 ? rank() : 0})),
          executor(make_executor(step, {.threads = 1,
                                        .seed = 5,
                                        .poison_activations = true,
                                        .communicator = of_ranks > 1 ? &communicator() : nullptr})) {
        backend::test::initialise_scattered(*executor, step.graph, 7);
    }
    const protocol::RunConfig config;
    StepGraph step;
    std::unique_ptr<backend::Executor> executor;
};

/// This rank's rows of what one rank holds whole.
inline std::vector<float> shard_rows(const std::vector<float>& whole, const StepGraph& step,
                                     graph::TensorId centres) {
    const graph::Tensor& tensor = step.graph.tensor(centres);
    const auto first = static_cast<std::ptrdiff_t>(tensor.initial_first);
    return {whole.begin() + first, whole.begin() + first + tensor.shape.elements()};
}

/// Parameters, statistics, momentum and centres of this rank against the one rank's.
inline void expect_same_state(Training& parallel, Training& alone, double tolerance) {
    const auto expected = backend::test::persistent_values(*alone.executor, alone.step.graph);
    const auto actual = backend::test::persistent_values(*parallel.executor, parallel.step.graph);
    int compared = 0;
    for (const auto& [name, values] : expected) {
        if (name.ends_with(".grad")) continue;  // a shard's head keeps none, and the sums are in the update
        if (name == "result") continue;         // reports are compared, and before a step it has no value
        // The unbiased variance of a rank's own samples, which are fewer than the global batch's.
        if (name.ends_with(".running_var")) continue;
        const bool is_head = name.starts_with("head.weight");
        const std::vector<float> own =
            is_head ? shard_rows(values, parallel.step, parallel.step.head.centres) : values;
        ASSERT_TRUE(actual.contains(name)) << name;
        EXPECT_LE(relative_distance(actual.at(name), own), tolerance) << name;
        ++compared;
    }
    EXPECT_GT(compared, 12);
}

inline void expect_equivalence(const Parallel& setup, double loss_limit, double parameter_limit) {
    Training parallel(setup, world_size()), alone(setup, 1);
    expect_same_state(parallel, alone, 0);
    const GlobalBatch batch(setup.with_batch_norm);
    double first_loss = 0, last_loss = 0;
    for (int i = 0; i < setup.steps; ++i) {
        const auto report = backend::test::run_step(*parallel.executor, batch.input(i, rank() * each));
        const auto expected = backend::test::run_step(*alone.executor, batch.input(i, 0));
        EXPECT_NEAR(report.loss, expected.loss, loss_limit * expected.loss) << "step " << i;
        EXPECT_NEAR(report.accuracy, expected.accuracy, 1e-6) << "step " << i;
        (i == 0 ? first_loss : last_loss) = expected.loss;
    }
    if (setup.steps > 1) {
        EXPECT_LT(last_loss, first_loss);  // something was learnt: the parameters did move
    }
    expect_same_state(parallel, alone, parameter_limit);
}

}  // namespace arcmeter::train::test

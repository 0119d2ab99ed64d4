// SPDX-License-Identifier: Apache-2.0
// What the CUDA backend decides without a device.
#include "engine/backend/cuda/cuda_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/backend/cuda/parameter_order.h"
#include "engine/backend/cuda/plan_backend.h"
#include "engine/backend/cuda/side_work.h"
#include "engine/graph/layers.h"
#include "engine/graph/lowering.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace backend::test;

constexpr std::int64_t mebibyte = std::int64_t{1} << 20;

train::StepGraph step_of(const std::string& model, protocol::Precision precision, std::int64_t batch,
                         protocol::Recompute recompute = protocol::Recompute::none) {
    protocol::RunConfig config;
    config.model = model;
    config.precision = precision;
    config.batch_size_per_device = batch;
    config.recompute = recompute;
    return train::build_step_graph(config, 1000);
}

TEST(CudaProgram, TheWholeIsTheSumOfItsParts) {
    for (const auto type : {graph::DataType::f32, graph::DataType::f16, graph::DataType::bf16}) {
        for (const auto parallelism : {protocol::Parallelism::data, protocol::Parallelism::partial_fc}) {
            StepSetup setup;
            setup.parallelism = parallelism;
            setup.keep_class_gradient = false;
            const train::StepGraph step = small_step(3, setup, type);
            const CudaProgram program(step.graph, {});
            EXPECT_EQ(program.memory().total(), program.total_bytes());
            EXPECT_EQ(PlanBackend().plan(step.graph, {}), program.memory());
        }
    }
}

TEST(CudaProgram, TheWorkspaceIsABudget) {
    const train::StepGraph step = small_step(3);
    const auto total = [&](std::int64_t budget) {
        return CudaProgram(step.graph, {.library_workspace_bytes = budget}).total_bytes();
    };
    // One for each of the two streams.
    EXPECT_EQ(total(256 * mebibyte) - total(64 * mebibyte), 2 * 192 * mebibyte);
    EXPECT_GE(CudaProgram(step.graph, {}).memory().workspace, 2 * 256 * mebibyte);
}

/// performance.md's table, MiB of activations a sample of r100: 52.0 and 26.0 with BatchNorm and PReLU
/// recomputed; what autograd keeps (106.6) is more than the fused graph without recomputing. The difference
/// of two batches leaves out what does not grow; 3 % are left for what the step needs besides what is kept.
TEST(CudaProgram, ActivationsOfR100AreTheSpecifications) {
    const auto per_sample = [](protocol::Precision precision, protocol::Recompute recompute) {
        const auto activations = [&](std::int64_t batch) {
            const train::StepGraph step = step_of("r100", precision, batch, recompute);
            return static_cast<double>(CudaProgram(step.graph, {}).memory().activations);
        };
        return (activations(64) - activations(32)) / 32 / mebibyte;
    };
    EXPECT_NEAR(per_sample(protocol::Precision::fp32, protocol::Recompute::units), 52.0, 1.6);
    EXPECT_NEAR(per_sample(protocol::Precision::fp16, protocol::Recompute::units), 26.0, 0.8);
    EXPECT_LT(per_sample(protocol::Precision::fp32, protocol::Recompute::none), 106.6);
    EXPECT_GT(per_sample(protocol::Precision::fp32, protocol::Recompute::none), 80);
}

TEST(CudaProgram, TheFirstConvolutionReadsPaddedImages) {
    const auto channels = [](protocol::Precision precision) {
        const train::StepGraph step = step_of("r18", precision, 2);
        const CudaProgram program(step.graph, {});
        const graph::TensorId weight = step.graph.find("conv1.weight");
        const graph::TensorId gradient = step.graph.find("conv1.weight.grad");
        EXPECT_EQ(program.stored_elements(weight), program.stored_elements(gradient));
        const std::int64_t stored = program.stored_elements(weight) / (64 * 9);
        EXPECT_EQ(program.layout(step.graph.find("input")).channels, stored);
        return stored;
    };
    EXPECT_EQ(channels(protocol::Precision::fp32), 4);
    EXPECT_EQ(channels(protocol::Precision::tf32), 4);
    EXPECT_EQ(channels(protocol::Precision::bf16), 8);
    EXPECT_EQ(channels(protocol::Precision::fp16), 8);
}

/// Half precisions keep a rounded copy of what products read and of nothing else.
TEST(CudaProgram, HalfCopiesOfProductsWeights) {
    const train::StepGraph full = small_step(2), half = small_step(2, {}, graph::DataType::f16);
    EXPECT_TRUE(CudaProgram(full.graph, {}).half_copies().empty());
    const CudaProgram program(half.graph, {});
    EXPECT_GE(program.half_copy(half.graph.find("stem.conv.weight")), 0);
    EXPECT_GE(program.half_copy(half.graph.find("fc.weight")), 0);
    EXPECT_EQ(program.half_copy(half.graph.find("pairs.conv.weight")), -1);
    EXPECT_EQ(program.half_copy(half.graph.find("head.weight")), -1);
    EXPECT_EQ(program.half_copy(half.graph.find("stem.conv.weight.grad")), -1);
}

TEST(CudaProgram, ParametersComeBackInLogicalOrder) {
    for (const auto type : {graph::DataType::f32, graph::DataType::bf16}) {
        const train::StepGraph step = small_step(2, {}, type);
        const CudaProgram program(step.graph, {});
        for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
            const graph::Tensor& tensor = step.graph.tensors()[i];
            if (tensor.role == graph::Role::activation || tensor.role == graph::Role::input) continue;
            const auto id = static_cast<graph::TensorId>(i);
            std::vector<float> logical(static_cast<std::size_t>(tensor.shape.elements()));
            std::iota(logical.begin(), logical.end(), 1.0f);
            std::vector<float> physical(static_cast<std::size_t>(program.stored_elements(id)), -1.0f);
            from_logical(program, id, logical, physical);
            std::vector<float> back(logical.size());
            to_logical(program, id, physical, back);
            EXPECT_EQ(back, logical) << tensor.name;
            // What is stored beyond the logical values must be zero, or the first convolution would read it.
            const auto zeros = std::count(physical.begin(), physical.end(), 0.0f);
            EXPECT_EQ(zeros, static_cast<std::ptrdiff_t>(physical.size() - logical.size())) << tensor.name;
        }
    }
}

/// KRSC: out channel, row, column, then in channel.
TEST(CudaProgram, ConvolutionWeightsLieInKrsc) {
    const train::StepGraph step = small_step(2);
    const CudaProgram program(step.graph, {});
    const graph::TensorId id = step.graph.find("unit2.conv1.weight");  // 32 x 32 x 3 x 3
    std::vector<float> logical(32 * 32 * 9), physical(32 * 32 * 9);
    std::iota(logical.begin(), logical.end(), 0.0f);
    from_logical(program, id, logical, physical);
    EXPECT_EQ(physical[((5 * 3 + 1) * 3 + 2) * 32 + 7], logical[((5 * 32 + 7) * 3 + 1) * 3 + 2]);
}

/// Every gradient that is computed beside other operations is waited for before something reads it.
TEST(CudaProgram, WorkBesideIsWaitedFor) {
    const train::StepGraph step = step_of("y1", protocol::Precision::bf16, 1);
    const CudaProgram program(step.graph, {});
    const std::vector<graph::Operation>& operations = step.graph.operations();
    const auto readers = step.graph.readers();
    int beside = 0, with_others = 0;
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (!runs_beside(operations[i].kind)) continue;
        ++beside;
        const auto join = std::find(program.joins().begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                    program.joins().end(), true);
        ASSERT_NE(join, program.joins().end()) << operations[i].name;
        const auto end = static_cast<std::size_t>(join - program.joins().begin());
        for (const std::size_t reader : readers[static_cast<std::size_t>(operations[i].output(0))])
            EXPECT_LE(end, reader) << operations[i].name;
        if (end > i + 1) ++with_others;
    }
    EXPECT_GT(beside, 40);
    EXPECT_GT(with_others, beside * 9 / 10);
}

/// Tensors that are alive at the same time share no byte, but for an output that takes a dying input's place.
void expect_lifetimes_apart(const graph::Graph& graph) {
    const CudaProgram program(graph, {});
    auto readers = graph.readers();
    const auto writers = graph.writers();
    // What runs beside others reads until it is waited for.
    for (std::size_t i = 0; i < graph.operations().size(); ++i) {
        if (!runs_beside(graph.operations()[i].kind)) continue;
        std::size_t join = i + 1;
        while (join < graph.operations().size() && !program.joins()[join]) ++join;
        for (const graph::TensorId id : graph.operations()[i].inputs)
            if (id != graph::no_tensor) readers[static_cast<std::size_t>(id)].push_back(join);
    }
    struct Life {
        std::size_t first, last;
        std::int64_t begin, end;
        bool may_replace;  ///< it is its operation's first output
    };
    std::vector<Life> lives;
    int finished = 0;
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const graph::Placement& place = program.arena().placements[i];
        if (place.offset < 0 || graph.tensors()[i].role != graph::Role::activation) continue;
        EXPECT_EQ(place.offset % 64, 0);
        EXPECT_GE(place.offset, program.arena().persistent_bytes);
        std::size_t first = writers[i].front(), last = writers[i].back();
        for (const std::size_t reader : readers[i]) last = std::max(last, reader);
        // What a BatchNorm's finish writes is written as early as its statistics are.
        const graph::Operation& writer = graph.operations()[first];
        if (writer.kind == graph::OpKind::batch_norm_finalize) {
            first = writers[static_cast<std::size_t>(writer.input(0))].front();
            ++finished;
        }
        const bool may_replace = graph.operations()[first].output(0) == static_cast<graph::TensorId>(i);
        lives.push_back({first, last, place.offset, place.offset + place.bytes, may_replace});
    }
    EXPECT_GT(finished, 5);
    for (const Life& a : lives) {
        for (const Life& b : lives) {
            if (&a == &b || a.begin >= b.end || b.begin >= a.end) continue;
            const Life& later = a.first < b.first ? b : a;
            const Life& earlier = a.first < b.first ? a : b;
            const bool in_place = later.may_replace && a.begin == b.begin && a.end == b.end;
            EXPECT_TRUE(earlier.last < later.first || (in_place && earlier.last == later.first));
        }
    }
}

TEST(CudaProgram, LifetimesDoNotMeetInTheArena) {
    for (const char* model : {"r18", "y1"}) {
        expect_lifetimes_apart(
            step_of(model, protocol::Precision::fp16, 1, protocol::Recompute::units).graph);
    }
    // Without a backward pass that reads them again, tensors die as early as they can: images of one pixel,
    // so that activations are as small as the vectors that BatchNorms write.
    graph::Graph forward;
    graph::Layers net(forward, {.batch = 1});
    graph::TensorId x = forward.images =
        forward.add_tensor({.name = "images", .shape = {1, 32, 1, 1}, .role = graph::Role::input});
    for (const char* name : {"a", "b", "c", "d"}) {
        const std::string prefix = name;
        const graph::TensorId y =
            net.convolution(prefix + ".conv", x, {.out = 32, .kernel = 1, .padding = 0});
        x = net.add(prefix + ".add", net.batch_norm(prefix + ".bn", y), x);
    }
    forward.embedding = net.batch_norm("embedding", x);
    graph::Graph lowered = graph::lower(forward, graph::Mode::training);
    graph::fuse_channel_maps(lowered);
    graph::emit_statistics_from_writers(lowered);
    expect_lifetimes_apart(lowered);
}

TEST(CudaPlanBackend, NeedsNoDeviceAndHasNoExecutor) {
    PlanBackend backend;
    EXPECT_EQ(backend.name(), "cuda");
    EXPECT_EQ(backend.overhead().source, "assumed");
    EXPECT_GT(backend.overhead().bytes, 0);
    for (const auto precision : {protocol::Precision::fp32, protocol::Precision::tf32,
                                 protocol::Precision::fp16, protocol::Precision::bf16}) {
        EXPECT_NO_THROW(backend.require_precision(precision));
    }
    EXPECT_THROW(backend.make_executor(small_step(1).graph, {}), Error);
    EXPECT_EQ(choose_planning_backend(protocol::Device::cuda).backend->name(), "cuda");
    EXPECT_EQ(choose_planning_backend(protocol::Device::cpu).backend->name(), "cpu");
}

}  // namespace
}  // namespace arcmeter::backend::cuda

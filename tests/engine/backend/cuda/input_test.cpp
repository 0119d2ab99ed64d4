// SPDX-License-Identifier: Apache-2.0
// How images and labels reach the device.
#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

#include "engine/graph/lowering.h"
#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;

/// The small network behind bytes of 112 x 112.
train::StepGraph byte_step(std::int64_t batch, graph::DataType type) {
    graph::Graph graph;
    graph::Layers net(graph, {.batch = batch, .activation_type = type});
    graph::TensorId x = net.images();
    x = net.convolution("conv", x, {.out = 8, .kernel = 3, .stride = 8});
    x = net.prelu("prelu", net.batch_norm("bn", x));
    x = net.convolution("global", x, {.out = 8, .kernel = 14, .padding = 0, .groups = 8});
    x = net.linear("fc", x, 16, true);
    graph.embedding = net.batch_norm("embedding", x, graph::Layers::Gamma::fixed_at_one);
    protocol::RunConfig config;
    config.batch_size_per_device = batch;
    return train::build_step_graph(graph, config, 20, {.keep_class_gradient = true});
}

TEST(Input, BytesAreNormalisedAsOnTheCpu) {
    const train::StepGraph step = byte_step(3, graph::DataType::f32);
    const Batch batch(step);
    const auto cuda = cuda_executor_of(step);
    const auto cpu = executor_of(step, Products::reference);
    cuda->initialise(4);
    cpu->initialise(4);
    for (std::uint64_t i = 0; i < 2; ++i) {
        const double expected = run_step(*cpu, batch.input(i)).loss;
        EXPECT_NEAR(run_step(*cuda, batch.input(i)).loss, expected, 1e-4 * expected);
    }
    // 112 x 112 terms a gradient, in another order.
    expect_all_close(persistent_values(*cuda, step.graph), persistent_values(*cpu, step.graph), 5e-3);
}

TEST(Input, HalfImagesArePaddedWithZeros) {
    const train::StepGraph step = byte_step(2, graph::DataType::bf16);
    const Batch batch(step);
    const auto cuda = cuda_executor_of(step);
    cuda->initialise(4);
    for (std::uint64_t i = 0; i < 3; ++i) run_step(*cuda, batch.input(i));
    // Weights of the padded channels would have become NaN, and the loss with them, had they met poison.
    EXPECT_GT(run_step(*cuda, batch.input(3)).loss, 0);
}

/// A batch that is named again is not sent again; one under another name, or under none, is.
TEST(Input, ANamedBatchIsSentOnceToEachInstance) {
    const train::StepGraph step = small_step(3, {.update = false});
    const auto cuda = cuda_executor_of(step);
    cuda->initialise(4);
    std::vector<float> images(3 * 3 * 12 * 12);
    std::vector<std::int32_t> labels{1, 2, 3};
    const auto loss = [&](std::uint64_t name) {
        StepInput input;
        input.float_images = images.data();
        input.labels = labels.data();
        input.batch = name;
        return run_step(*cuda, input).loss;
    };
    std::iota(images.begin(), images.end(), -100.0f);
    const double first = loss(7);
    EXPECT_EQ(loss(7), first);
    std::iota(images.rbegin(), images.rend(), -50.0f);
    EXPECT_EQ(loss(7), first);
    EXPECT_EQ(loss(7), first);
    const double second = loss(8);
    EXPECT_NE(second, first);
    EXPECT_EQ(loss(0), second);
    labels = {3, 2, 1};
    EXPECT_NE(loss(0), second);
    EXPECT_NE(loss(0), second);
}

/// The caller may write over its batch as soon as submit has returned.
TEST(Input, TheCallersMemoryIsFreeAfterSubmit) {
    const train::StepGraph step = small_step(3, {.update = false});
    const auto cuda = cuda_executor_of(step);
    cuda->initialise(4);
    const Batch batch(step);
    const double expected = run_step(*cuda, batch.input(0)).loss;
    const StepInput source = batch.input(0);
    std::vector<float> images(source.float_images, source.float_images + 3 * 3 * 12 * 12);
    std::vector<std::int32_t> labels(source.labels, source.labels + 3);
    StepInput input = source;
    input.float_images = images.data();
    input.labels = labels.data();
    for (int i = 0; i < 3; ++i) {
        std::copy_n(source.float_images, images.size(), images.begin());
        std::copy_n(source.labels, 3, labels.begin());
        cuda->submit(input);
        std::fill(images.begin(), images.end(), 1e6f);
        std::fill(labels.begin(), labels.end(), 0);
    }
    cuda->drain();
    for (const StepReport& report : cuda->collect()) EXPECT_EQ(report.loss, expected);
}

TEST(Input, ImagesOfTheOtherKindAndWrongSizesAreRefused) {
    const train::StepGraph step = small_step(3);
    const auto cuda = cuda_executor_of(step);
    StepInput input = Batch(step).input(0);
    input.float_images = nullptr;
    EXPECT_THROW(cuda->submit(input), std::logic_error);
    EXPECT_THROW(cuda->write_tensor(step.head.centres, std::vector<float>(1)), std::logic_error);
}

TEST(Input, TensorsReadBackAsWritten) {
    const train::StepGraph step = small_step(2);
    const auto cuda = cuda_executor_of(step);
    for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = step.graph.tensors()[i];
        if (tensor.role == graph::Role::activation || tensor.role == graph::Role::input) continue;
        std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
        std::iota(values.begin(), values.end(), 1.0f);
        cuda->write_tensor(static_cast<graph::TensorId>(i), values);
        EXPECT_EQ(cuda->read_tensor(static_cast<graph::TensorId>(i)), values) << tensor.name;
    }
}

TEST(Input, InitialValuesAreTheCpus) {
    const train::StepGraph step = small_step(2);
    const auto cuda = cuda_executor_of(step);
    const auto cpu = executor_of(step, Products::reference);
    cuda->initialise(9);
    cpu->initialise(9);
    const auto actual = persistent_values(*cuda, step.graph), expected = persistent_values(*cpu, step.graph);
    for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = step.graph.tensors()[i];
        if (tensor.initialiser == graph::Initialiser::none) continue;
        EXPECT_EQ(actual.at(tensor.name), expected.at(tensor.name)) << tensor.name;
    }
}

/// Inference: no head, no labels, no result; the embedding is read.
TEST(Input, EmbeddingsOfAnInferenceGraph) {
    graph::Graph graph = graph::lower(small_network(3), graph::Mode::inference);
    graph::fuse_channel_maps(graph);
    train::StepGraph step;
    step.graph = graph;
    const auto cuda = cuda_executor_of(step);
    const auto cpu = executor_of(step, Products::reference);
    cuda->initialise(2);
    cpu->initialise(2);
    std::vector<float> images(3 * 3 * 12 * 12);
    for (std::size_t i = 0; i < images.size(); ++i) images[i] = static_cast<float>(i % 17) / 8 - 1;
    StepInput input;
    input.float_images = images.data();
    for (Executor* executor : {static_cast<Executor*>(cuda.get()), cpu.get()}) {
        executor->submit(input);
        executor->drain();
    }
    EXPECT_LT(relative_distance(cuda->read_tensor(graph.embedding), cpu->read_tensor(graph.embedding)), 1e-5);
}

}  // namespace
}  // namespace arcmeter::backend::cuda

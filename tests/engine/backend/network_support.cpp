// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/backend/network_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace arcmeter::backend::test {

using graph::Graph;
using graph::Layers;
using graph::TensorId;

namespace {

TensorId conv_bn_prelu(Layers& net, const std::string& name, TensorId x, const Layers::Conv& conv) {
    x = net.convolution(name + ".conv", x, conv);
    x = net.batch_norm(name + ".bn", x);
    return net.prelu(name + ".prelu", x);
}

TensorId unit(Layers& net, const std::string& name, TensorId x, std::int64_t channels, std::int64_t stride) {
    TensorId y = net.batch_norm(name + ".bn1", x);
    y = net.convolution(name + ".conv1", y, {.out = channels});
    y = net.prelu(name + ".prelu", net.batch_norm(name + ".bn2", y));
    y = net.batch_norm(name + ".bn3",
                       net.convolution(name + ".conv2", y, {.out = channels, .stride = stride}));
    if (stride != 1) {
        x = net.convolution(name + ".short", x,
                            {.out = channels, .kernel = 1, .stride = stride, .padding = 0});
        x = net.batch_norm(name + ".short_bn", x);
    }
    return net.end_unit(net.add(name + ".add", y, x));
}

TensorId bottleneck(Layers& net, const std::string& name, TensorId x) {
    TensorId y = conv_bn_prelu(net, name + ".expand", x, {.out = 48, .kernel = 1, .padding = 0});
    y = conv_bn_prelu(net, name + ".depthwise", y, {.out = 48, .groups = 48});
    y = net.convolution(name + ".project", y, {.out = 32, .kernel = 1, .padding = 0});
    return net.end_unit(net.add(name + ".add", net.batch_norm(name + ".bn", y), x));
}

}  // namespace

Graph small_network(std::int64_t batch, std::int64_t side, graph::DataType type) {
    Graph graph;
    Layers net(graph, {.batch = batch, .activation_type = type});
    TensorId x = graph.images = graph.add_tensor(
        {.name = "images", .shape = {batch, 3, side, side}, .type = type, .role = graph::Role::input});
    x = conv_bn_prelu(net, "stem", x, {.out = 16});
    x = net.end_unit(conv_bn_prelu(net, "pairs", x, {.out = 16, .groups = 8}));
    x = unit(net, "unit1", x, 32, 2);
    x = unit(net, "unit2", x, 32, 1);
    x = bottleneck(net, "bottleneck", x);
    x = conv_bn_prelu(net, "down", x, {.out = 32, .stride = 2, .groups = 32});
    x = net.convolution("global.conv", x, {.out = 32, .kernel = net.shape(x).h, .padding = 0, .groups = 32});
    x = net.batch_norm("global.bn", x);
    x = net.dropout("dropout", x, 0.4);
    x = net.end_unit(net.linear("fc", x, 32, true));
    graph.embedding = net.batch_norm("embedding", x, Layers::Gamma::fixed_at_one);
    return graph;
}

train::StepGraph small_step(std::int64_t batch, const StepSetup& setup, graph::DataType type) {
    protocol::RunConfig config;
    config.batch_size_per_device = batch;
    config.loss = setup.loss;
    config.parallelism = setup.parallelism;
    config.recompute = setup.recompute;
    config.sample_ratio = setup.sample_ratio;
    return train::build_step_graph(
        small_network(batch, setup.side, type), config, setup.num_classes,
        {.keep_class_gradient = setup.keep_class_gradient, .update = setup.update});
}

std::unique_ptr<Executor> executor_of(const train::StepGraph& step, Products products,
                                      const ExecutorOptions& options) {
    auto library =
        products == Products::library ? cpu::make_product_library() : cpu::make_reference_products();
    return std::make_unique<cpu::CpuExecutor>(step.graph, std::move(library), options);
}

void initialise_scattered(Executor& executor, const Graph& graph, std::uint64_t seed, float slope) {
    executor.initialise(seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = graph.tensors()[i];
        if (tensor.role != graph::Role::parameter || tensor.shape.n != 1) continue;
        const bool is_slope = tensor.initialiser == graph::Initialiser::prelu_slope;
        const float mean = is_slope ? slope : tensor.initialiser == graph::Initialiser::one ? 1.0f : 0.0f;
        std::normal_distribution<float> around(mean, is_slope ? 0.02f : 0.2f);
        std::vector<float> values(static_cast<std::size_t>(tensor.shape.elements()));
        for (float& value : values) value = around(random);
        executor.write_tensor(static_cast<TensorId>(i), values);
    }
}

Batch::Batch(const train::StepGraph& step, unsigned seed) {
    std::mt19937 random(seed);
    const graph::Tensor& images = step.graph.tensor(step.graph.images);
    const auto count = static_cast<std::size_t>(images.shape.elements());
    bytes_ = images.type == graph::DataType::u8;
    if (bytes_) {
        for (std::size_t i = 0; i < count; ++i) pixels_.push_back(static_cast<std::uint8_t>(random()));
    } else {
        std::normal_distribution<float> normal;
        for (std::size_t i = 0; i < count; ++i) floats_.push_back(normal(random));
    }
    std::uniform_int_distribution<std::int32_t> label(0, static_cast<std::int32_t>(step.num_classes - 1));
    for (std::int64_t i = 0; i < images.shape.n; ++i) labels_.push_back(label(random));
}

StepInput Batch::input(std::uint64_t number, double learning_rate) const {
    StepInput input;
    input.step = number;
    input.learning_rate = learning_rate;
    input.images = bytes_ ? pixels_.data() : nullptr;
    input.float_images = bytes_ ? nullptr : floats_.data();
    input.labels = labels_.data();
    return input;
}

StepReport run_step(Executor& executor, const StepInput& input) {
    executor.submit(input);
    executor.drain();
    const std::vector<StepReport> reports = executor.collect();
    EXPECT_EQ(reports.size(), 1u);
    return reports.empty() ? StepReport{} : reports.front();
}

std::map<std::string, std::vector<float>> persistent_values(Executor& executor, const Graph& graph) {
    const auto readers = graph.readers(), writers = graph.writers();
    std::map<std::string, std::vector<float>> values;
    for (std::size_t i = 0; i < graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = graph.tensors()[i];
        if (tensor.role == graph::Role::activation || tensor.role == graph::Role::input) continue;
        if (readers[i].empty() && writers[i].empty()) continue;  // unused: it has no storage
        values[tensor.name] = executor.read_tensor(static_cast<TensorId>(i));
    }
    return values;
}

namespace {

double norm(const std::vector<float>& values) {
    double squares = 0;
    for (const float value : values) squares += static_cast<double>(value) * value;
    return std::sqrt(squares);
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = static_cast<double>(a[i]) - b[i];
        squares += difference * difference;
    }
    return std::isfinite(squares) ? std::sqrt(squares) : std::numeric_limits<double>::infinity();
}

/// "unit1.bn1.bias.grad" -> "bias.grad"
std::string kind_of(const std::string& name) {
    const auto last = name.rfind('.');
    if (last == std::string::npos || last == 0) return name;
    const auto before = name.rfind('.', last - 1);
    const bool derived = name.ends_with(".grad") || name.ends_with(".momentum");
    return derived && before != std::string::npos ? name.substr(before + 1) : name.substr(last + 1);
}

}  // namespace

double relative_distance(const std::vector<float>& a, const std::vector<float>& b) {
    const double difference = distance(a, b);
    return difference == 0 ? 0 : difference / norm(b);
}

double expect_all_close(const std::map<std::string, TensorDistance>& distances, double tolerance,
                        double negligible) {
    std::map<std::string, double> largest;
    for (const auto& [name, distance] : distances) {
        double& entry = largest[kind_of(name)];
        entry = std::max(entry, distance.norm);
    }
    double worst = 0;
    for (const auto& [name, distance] : distances) {
        if (!distance.difference) {
            ADD_FAILURE() << name << " is missing";
            continue;
        }
        const double size = std::max(distance.norm, negligible * largest[kind_of(name)]);
        const double relative = *distance.difference == 0 ? 0 : *distance.difference / size;
        EXPECT_LE(relative, tolerance) << name << ", norm " << distance.norm;
        worst = std::max(worst, relative);
    }
    return worst;
}

double expect_all_close(const std::map<std::string, std::vector<float>>& actual,
                        const std::map<std::string, std::vector<float>>& expected, double tolerance,
                        double negligible) {
    std::map<std::string, TensorDistance> distances;
    for (const auto& [name, values] : expected) {
        TensorDistance& entry = distances[name];
        entry.norm = norm(values);
        if (const auto found = actual.find(name); found != actual.end())
            entry.difference = distance(found->second, values);
    }
    return expect_all_close(distances, tolerance, negligible);
}

}  // namespace arcmeter::backend::test

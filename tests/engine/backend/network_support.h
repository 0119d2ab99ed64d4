// SPDX-License-Identifier: Apache-2.0
// A small network with every kind of layer, steps of it on either product library, and comparisons of what
// they leave.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/backend/cpu/cpu_executor.h"
#include "engine/backend/cpu/products.h"
#include "engine/graph/layers.h"
#include "engine/train/step_graph.h"

namespace arcmeter::backend::test {

/// Float images [batch, 3, side, side], side a multiple of four; an IResNet unit with stride 2, a plain one,
/// a residual MobileFaceNet bottleneck, a depthwise convolution of pairs, stride-2 and global
/// depthwise convolutions, dropout and a linear layer; embedding 32.
graph::Graph small_network(std::int64_t batch, std::int64_t side = 12,
                           graph::DataType type = graph::DataType::f32);

struct StepSetup {
    protocol::Loss loss = protocol::Loss::arcface;
    protocol::Parallelism parallelism = protocol::Parallelism::data;
    protocol::Recompute recompute = protocol::Recompute::none;
    double sample_ratio = 0.1;
    std::int64_t num_classes = 50;
    bool keep_class_gradient = true;
    bool update = true;
    std::int64_t side = 12;
};

train::StepGraph small_step(std::int64_t batch, const StepSetup& setup = {},
                            graph::DataType type = graph::DataType::f32);

enum class Products { library, reference };

/// One thread unless said otherwise: tests run side by side, and threads that wait for each other crawl then.
std::unique_ptr<Executor> executor_of(const train::StepGraph& step, Products products,
                                      const ExecutorOptions& options = {.threads = 1,
                                                                        .poison_activations = true});

/// Initial values, then every BatchNorm's weight and bias, slope and bias scattered around theirs. At gamma 1
/// and beta 0 many gradients are zero but for rounding (PReLU keeps a channel's scale, the next BatchNorm
/// takes it out), and an error in them would not show. `slope` is the mean of PReLU's.
void initialise_scattered(Executor& executor, const graph::Graph& graph, std::uint64_t seed,
                          float slope = 0.25f);

/// Deterministic images around zero and labels for a step graph with float or byte images.
class Batch {
public:
    Batch(const train::StepGraph& step, unsigned seed = 1);
    StepInput input(std::uint64_t number, double learning_rate = 0.05) const;
    const std::vector<std::int32_t>& labels() const { return labels_; }

private:
    bool bytes_ = false;
    std::vector<float> floats_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::int32_t> labels_;
};

/// Runs one step and returns its report.
StepReport run_step(Executor& executor, const StepInput& input);

/// Values of every tensor that outlives a step, by name: parameters, statistics, gradients, momentum,
/// centres.
std::map<std::string, std::vector<float>> persistent_values(Executor& executor, const graph::Graph& graph);

/// |a - b| / |b| in the Euclidean norm; NaN and infinities give infinity, and two zero vectors 0.
double relative_distance(const std::vector<float>& a, const std::vector<float>& b);

/// How far one tensor is from what is expected; a difference of nothing: it is missing.
struct TensorDistance {
    double norm = 0;  ///< of the expected one
    std::optional<double> difference;
};

/// What expect_all_close() says of tensors by their distances.
double expect_all_close(const std::map<std::string, TensorDistance>& distances, double tolerance,
                        double negligible);

/// Expects every tensor of `expected` in `actual` within `tolerance` by relative_distance; returns the
/// largest seen. A tensor whose norm is below `negligible` times the largest of its kind of tensor (its
/// name's last part) is held to that size instead: what is zero but for rounding has no meaningful relative
/// error.
double expect_all_close(const std::map<std::string, std::vector<float>>& actual,
                        const std::map<std::string, std::vector<float>>& expected, double tolerance,
                        double negligible = 1e-3);

}  // namespace arcmeter::backend::test

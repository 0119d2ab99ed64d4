// SPDX-License-Identifier: Apache-2.0
// Steps of the small network on emulated CUDA against the same steps of the CPU backend on its reference
// products.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;

/// As products_agreement_test.cpp: slopes near 1 keep kinks out of the comparison.
constexpr float slope = 0.9f;

/// Runs `steps` steps on both and compares all that outlives them.
void compare(const train::StepGraph& step, int steps, double loss_tolerance, double tolerance) {
    const Batch batch(step);
    const auto cuda = cuda_executor_of(step);
    const auto cpu = executor_of(step, Products::reference);
    initialise_scattered(*cuda, step.graph, 5, slope);
    initialise_scattered(*cpu, step.graph, 5, slope);
    for (int i = 0; i < steps; ++i) {
        const StepInput input = batch.input(static_cast<std::uint64_t>(i), 0.05 / (i + 1));
        const StepReport a = run_step(*cuda, input), b = run_step(*cpu, input);
        EXPECT_NEAR(a.loss, b.loss, loss_tolerance * b.loss) << "step " << i;
        EXPECT_GT(b.loss, 0.1);
        EXPECT_EQ(a.accuracy, b.accuracy) << "step " << i;
        EXPECT_EQ(a.step, b.step);
    }
    const double worst = expect_all_close(persistent_values(*cuda, step.graph),
                                          persistent_values(*cpu, step.graph), tolerance);
    ::testing::Test::RecordProperty("worst_relative_distance", std::to_string(worst));
}

struct Case {
    const char* name;
    StepSetup setup;
};

StepSetup setup_of(protocol::Loss loss, protocol::Parallelism parallelism, protocol::Recompute recompute,
                   bool keep_class_gradient) {
    StepSetup setup;
    setup.loss = loss;
    setup.parallelism = parallelism;
    setup.recompute = recompute;
    setup.keep_class_gradient = keep_class_gradient;
    return setup;
}

class WholeStep : public ::testing::TestWithParam<Case> {};

/// FP32 sums in another order differ by about 1e-6 a layer; a last BatchNorm over three values and an element
/// on the other side of a kink cost up to 1e-3. Partial FC draws the CPU's sample, so its rows are compared
/// too.
TEST_P(WholeStep, EveryTensorThatOutlivesIt) {
    compare(small_step(3, GetParam().setup), 1, 1e-4, 2e-3);
}

INSTANTIATE_TEST_SUITE_P(
    Steps, WholeStep,
    ::testing::Values(
        Case{"arcface",
             setup_of(protocol::Loss::arcface, protocol::Parallelism::data, protocol::Recompute::none, true)},
        Case{"combined_recomputed", setup_of(protocol::Loss::combined, protocol::Parallelism::data,
                                             protocol::Recompute::units, true)},
        Case{"cosface_fused_update", setup_of(protocol::Loss::cosface, protocol::Parallelism::data,
                                              protocol::Recompute::none, false)},
        Case{"softmax_partial_fc", setup_of(protocol::Loss::softmax, protocol::Parallelism::partial_fc,
                                            protocol::Recompute::units, false)}),
    [](const auto& test_info) { return std::string(test_info.param.name); });

/// Later steps run as a graph and read what the update wrote; differences of the first step grow in them.
TEST(WholeSteps, FourStepsWithAFallingRate) {
    StepSetup setup;
    setup.keep_class_gradient = false;
    setup.recompute = protocol::Recompute::units;
    compare(small_step(8, setup), 4, 1e-3, 5e-2);
}

/// Several chunks of classes, the last one not full, with logits kept and with logits computed again.
TEST(WholeSteps, TheHeadInChunks) {
    protocol::RunConfig config;
    config.batch_size_per_device = 3;
    for (const auto parallelism : {protocol::Parallelism::data, protocol::Parallelism::partial_fc}) {
        config.parallelism = parallelism;
        config.sample_ratio = 0.7;
        const train::StepGraph step =
            train::build_step_graph(small_network(3), config, 1001, {.class_chunk_bytes = 256 * 32 * 4});
        compare(step, 1, 1e-4, 2e-3);
        train::StepGraph again = step;
        const graph::TensorId logits = [&] {
            for (graph::Operation& op : again.graph.operations()) {
                if (op.kind == graph::OpKind::margin_softmax_forward)
                    return op.output(graph::margin_softmax::logits);
            }
            return graph::no_tensor;
        }();
        again.graph.tensor(logits).shape.c = 256;
        const graph::TensorId chunk =
            again.graph.add_tensor({.name = "head/logits_again", .shape = {3, 256, 1, 1}, .head_part = true});
        for (graph::Operation& op : again.graph.operations()) {
            if (op.kind != graph::OpKind::margin_softmax_forward &&
                op.kind != graph::OpKind::margin_softmax_backward)
                continue;
            std::get<graph::MarginSoftmaxAttributes>(op.attributes).keep_logits = false;
            if (op.kind == graph::OpKind::margin_softmax_forward) continue;
            op.inputs[graph::margin_softmax::b_logits] = graph::no_tensor;
            op.outputs[graph::margin_softmax::chunk_logits] = chunk;
        }
        compare(again, 1, 1e-4, 2e-3);
    }
}

/// Fewer classes than the batch has labels: every row slot may or may not be used.
TEST(WholeSteps, PartialFcWithMorePositivesThanTheSample) {
    StepSetup setup;
    setup.parallelism = protocol::Parallelism::partial_fc;
    setup.sample_ratio = 0.05;
    setup.num_classes = 40;
    setup.keep_class_gradient = false;
    compare(small_step(8, setup), 2, 1e-3, 5e-2);
}

TEST(WholeSteps, ASampleTwiceTheSame) {
    StepSetup setup;
    setup.parallelism = protocol::Parallelism::partial_fc;
    setup.num_classes = 500;
    setup.keep_class_gradient = false;
    const train::StepGraph step = small_step(4, setup);
    const Batch batch(step);
    const auto run = [&] {
        const auto executor = cuda_executor_of(step);
        executor->initialise(1);
        for (std::uint64_t i = 0; i < 3; ++i) run_step(*executor, batch.input(i));
        return persistent_values(*executor, step.graph);
    };
    EXPECT_EQ(run(), run());  // bit for bit
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += static_cast<double>(a[i]) * b[i];
        aa += static_cast<double>(a[i]) * a[i];
        bb += static_cast<double>(b[i]) * b[i];
    }
    return ab / std::sqrt(aa * bb);
}

struct HalfCase {
    const char* name;
    graph::DataType type;
    bool tf32;
    double loss_tolerance;
    double least_cosine;
};

class OtherPrecision : public ::testing::TestWithParam<HalfCase> {};

/// Each stored activation is off by up to 2^-9 in BF16, 2^-12 in FP16; TF32 rounds operands of products by
/// 2^-11. Over some twenty layers with softmax's scale of 64 behind them the gradients keep their direction
/// (1 - cos = error^2 / 2) and the loss its size.
TEST_P(OtherPrecision, OneStepFollowsFp32OfTheCpu) {
    const train::StepGraph full = small_step(8), other = small_step(8, {}, GetParam().type);
    const auto expected = executor_of(full, Products::reference);
    ExecutorOptions options = emulated_options();
    options.tf32 = GetParam().tf32;
    const auto actual = cuda_executor_of(other, options);
    initialise_scattered(*expected, full.graph, 5);
    initialise_scattered(*actual, other.graph, 5);
    settle_loss_scale(*actual, other);
    const Batch batch(full);
    const StepReport a = run_step(*actual, batch.input(0));
    const StepReport b = run_step(*expected, batch.input(0));
    EXPECT_NEAR(a.loss, b.loss, GetParam().loss_tolerance * b.loss);
    EXPECT_NE(a.loss, b.loss);  // the precision asked for is the one that ran
    for (std::size_t i = 0; i < full.graph.tensors().size(); ++i) {
        const graph::Tensor& tensor = full.graph.tensors()[i];
        if (tensor.role != graph::Role::gradient && tensor.role != graph::Role::class_gradient) continue;
        if (tensor.name == "fc.bias.grad") continue;  // zero but for rounding
        const auto id = static_cast<graph::TensorId>(i);
        const std::vector<float> got = actual->read_tensor(id), wanted = expected->read_tensor(id);
        EXPECT_GT(cosine(got, wanted), GetParam().least_cosine) << tensor.name;
        EXPECT_LT(relative_distance(got, wanted), 0.5)
            << tensor.name;  // sizes too: no loss scale is left in them
    }
}

INSTANTIATE_TEST_SUITE_P(Types, OtherPrecision,
                         ::testing::Values(HalfCase{"bf16", graph::DataType::bf16, false, 0.02, 0.95},
                                           HalfCase{"fp16", graph::DataType::f16, false, 0.005, 0.99},
                                           HalfCase{"tf32", graph::DataType::f32, true, 0.005, 0.99}),
                         [](const auto& test_info) { return std::string(test_info.param.name); });

/// Master weights are FP32: a change far below what the half type can tell apart must survive, and the copy
/// that products read must follow the master.
TEST(HalfPrecision, MastersKeepSmallUpdatesAndCopiesFollow) {
    for (const auto type : {graph::DataType::bf16, graph::DataType::f16}) {
        const train::StepGraph step = small_step(8, {}, type);
        const auto executor = cuda_executor_of(step);
        executor->initialise(5);
        settle_loss_scale(*executor, step);
        const graph::TensorId id = step.graph.find("unit2.conv1.weight");
        const std::vector<float> before = executor->read_tensor(id);
        const Batch batch(step);
        run_step(*executor, batch.input(0, 1e-6));
        const std::vector<float> after = executor->read_tensor(id);
        std::size_t changed = 0;
        for (std::size_t i = 0; i < before.size(); ++i) changed += before[i] != after[i];
        EXPECT_GT(changed, before.size() / 2);

        run_step(*executor, batch.input(1, 0.5));  // a large update
        const double loss = run_step(*executor, batch.input(2, 0)).loss;
        const auto fresh = cuda_executor_of(step);
        fresh->initialise(5);
        for (std::size_t i = 0; i < step.graph.tensors().size(); ++i) {
            const graph::Role role = step.graph.tensors()[i].role;
            const bool kept = role == graph::Role::parameter || role == graph::Role::class_centre;
            const auto tensor = static_cast<graph::TensorId>(i);
            if (kept) fresh->write_tensor(tensor, executor->read_tensor(tensor));
        }
        EXPECT_EQ(run_step(*fresh, batch.input(2, 0)).loss, run_step(*executor, batch.input(2, 0)).loss);
        EXPECT_TRUE(std::isfinite(loss));
    }
}

/// The graph's operations in their order, as the CPU runs them, but that BatchNorms are finished with their
/// statistics.
TEST(LaunchList, IsTheCpusInOrder) {
    const train::StepGraph step = small_step(2);
    const auto names = [](const std::vector<std::string>& lines) {
        std::vector<std::string> out;
        for (const std::string& line : lines) {
            const std::size_t kind = line.find('\t') + 1, name = line.find('\t', kind) + 1;
            out.push_back(line.substr(kind, line.find('\t', name) - kind));
        }
        return out;
    };
    std::vector<std::string> cuda = names(cuda_executor_of(step)->describe());
    ASSERT_EQ(cuda.front(), "InputConversion\tfloat_images");
    cuda.erase(cuda.begin());
    std::vector<std::string> cpu = names(executor_of(step, Products::reference)->describe());
    EXPECT_GT(
        std::erase_if(cpu, [](const std::string& name) { return name.starts_with("BatchNormFinalize"); }),
        10u);
    EXPECT_EQ(cuda, cpu);
}

}  // namespace
}  // namespace arcmeter::backend::cuda

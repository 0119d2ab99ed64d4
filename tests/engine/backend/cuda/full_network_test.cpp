// SPDX-License-Identifier: Apache-2.0
// One step of published networks on emulated CUDA and on the CPU's plain reference kernels.
#include <gtest/gtest.h>

#include "tests/engine/backend/cuda/cuda_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace test;

class CudaFullNetwork : public ::testing::TestWithParam<const char*> {};

/// As the CPU's full_network_test.cpp: elements on the other side of a kink cost up to 1e-2 of a BatchNorm's
/// gradient.
TEST_P(CudaFullNetwork, EveryTensorAfterOneStep) {
    protocol::RunConfig config;
    config.model = GetParam();
    config.batch_size_per_device = 2;
    const train::StepGraph step = train::build_step_graph(config, 100, {.keep_class_gradient = true});
    const Batch batch(step);
    const auto cuda = cuda_executor_of(step);
    const auto cpu = executor_of(step, Products::library, {.poison_activations = true});
    cuda->initialise(5);
    cpu->initialise(5);
    const StepReport a = run_step(*cuda, batch.input(0)), b = run_step(*cpu, batch.input(0));
    EXPECT_NEAR(a.loss, b.loss, 1e-4 * b.loss);
    auto expected = persistent_values(*cpu, step.graph);
    // A bias in front of a BatchNorm has no influence: its gradient is rounding alone.
    for (const char* name : {"fc.bias", "fc.bias.grad", "fc.bias.momentum"}) expected.erase(name);
    const double worst = expect_all_close(persistent_values(*cuda, step.graph), expected, 2e-2);
    RecordProperty("worst_relative_distance", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(Networks, CudaFullNetwork, ::testing::Values("r18", "y1", "mbf"),
                         [](const auto& test_info) { return std::string(test_info.param); });

}  // namespace
}  // namespace arcmeter::backend::cuda

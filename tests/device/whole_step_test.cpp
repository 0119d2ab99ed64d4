// SPDX-License-Identifier: Apache-2.0
// One training step of published networks on the GPU against the CPU's plain reference kernels: loss, every
// gradient, momentum, statistic and updated weight.
#include <gtest/gtest.h>

#include "engine/backend/cuda/cuda_backend.h"
#include "engine/backend/cuda/library_products.h"
#include "engine/train/run_plan.h"
#include "tests/device/device_support.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace backend::test;
using protocol::Precision;

struct Case {
    const char* model;
    Precision precision;
    double loss;    ///< largest relative difference
    double tensor;  ///< largest relative distance of a tensor, see relative_distance()
};

/// FP32 as tests/engine/backend/full_network_test.cpp has it: elements on the other side of a PReLU's kink
/// cost up to 1e-2 of a BatchNorm's gradient. Narrower types put more elements there and round each
/// activation once: what remains is that a gradient points the same way. A tensor of twice the wrong sign
/// would be at a distance of 2.
const Case cases[] = {
    {"r18", Precision::fp32, 1e-4, 2e-2}, {"r100", Precision::fp32, 1e-4, 4e-2},
    {"y1", Precision::fp32, 1e-4, 2e-2},  {"mbf", Precision::fp32, 1e-4, 2e-2},
    {"r18", Precision::tf32, 1e-2, 0.2},  {"y1", Precision::tf32, 1e-2, 0.2},
    {"r18", Precision::fp16, 1e-2, 0.3},  {"y1", Precision::fp16, 1e-2, 0.3},
    {"r18", Precision::bf16, 3e-2, 0.7},  {"y1", Precision::bf16, 3e-2, 0.7},
};

class DeviceStep : public ::testing::TestWithParam<Case> {};

train::StepGraph step_of(const Case& c, Precision precision) {
    protocol::RunConfig config;
    config.model = c.model;
    config.precision = precision;
    config.batch_size_per_device = 4;
    return train::build_step_graph(config, 100, {.keep_class_gradient = true});
}

TEST_P(DeviceStep, EveryTensorAgreesWithTheCpu) {
    ARCMETER_NEEDS_DEVICE();
    const Case& c = GetParam();
    const train::StepGraph expected_step = step_of(c, Precision::fp32), step = step_of(c, c.precision);
    ExecutorOptions options;
    options.poison_activations = true;
    options.tf32 = c.precision == Precision::tf32;
    CudaBackend backend(probe_devices().usable.front(), make_library_products);
    const auto cuda = backend.make_executor(step.graph, options);
    const auto cpu = executor_of(expected_step, Products::reference, {.poison_activations = true});
    cuda->initialise(5);
    cpu->initialise(5);
    const Batch batch(expected_step);
    const StepReport a = run_step(*cuda, batch.input(0));
    std::printf("%s %s: loss %.6f, now the CPU\n", c.model, std::string(to_string(c.precision)).c_str(),
                a.loss);
    std::fflush(stdout);
    const StepReport b = run_step(*cpu, batch.input(0));
    EXPECT_NEAR(a.loss, b.loss, c.loss * b.loss);
    const double worst = expect_all_close(persistent_values(*cuda, step.graph),
                                          persistent_values(*cpu, expected_step.graph), c.tensor);
    std::printf("%s %s: loss %.6f, CPU %.6f; worst tensor %.2e\n", c.model,
                std::string(to_string(c.precision)).c_str(), a.loss, b.loss, worst);
}

INSTANTIATE_TEST_SUITE_P(Networks, DeviceStep, ::testing::ValuesIn(cases), [](const auto& test_info) {
    return std::string(test_info.param.model) + "_" + std::string(to_string(test_info.param.precision));
});

}  // namespace
}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// One training step of published networks on the GPU against the CPU: loss, every gradient, momentum,
// statistic and updated weight.
#include <gtest/gtest.h>

#include "engine/backend/cuda/cuda_backend.h"
#include "engine/backend/cuda/library_products.h"
#include "tests/device/device_support.h"
#include "tests/device/reference.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace backend::test;
using protocol::Precision;

struct Case {
    const char* model;
    Precision precision;
    double loss;    ///< largest relative difference
    double tensor;  ///< largest relative distance of a tensor, see Sketch
};

/// FP32 as tests/engine/backend/full_network_test.cpp has it: elements on the other side of a PReLU's kink
/// cost up to 1e-2 of a BatchNorm's gradient. Narrower types put more elements there and round each
/// activation once: what remains is that a gradient points the same way. A tensor of twice the wrong sign
/// would be at a distance of 2.
const Case cases[] = {
    {"r18", Precision::fp32, 1e-4, 2e-2}, {"r100", Precision::fp32, 1e-4, 4e-2},
    {"y1", Precision::fp32, 1e-4, 2e-2},  {"mbf", Precision::fp32, 1e-4, 2e-2},
    {"r18", Precision::tf32, 1e-2, 0.2},  {"y1", Precision::tf32, 1e-2, 0.2},
    {"r100", Precision::tf32, 1e-2, 0.4}, {"mbf", Precision::tf32, 1e-2, 0.2},
    {"r18", Precision::fp16, 1e-2, 0.3},  {"y1", Precision::fp16, 1e-2, 0.3},
    {"r100", Precision::fp16, 1e-2, 0.6}, {"mbf", Precision::fp16, 1e-2, 0.3},
    {"r18", Precision::bf16, 3e-2, 0.7},  {"y1", Precision::bf16, 3e-2, 0.7},
    {"r100", Precision::bf16, 3e-2, 1.2}, {"mbf", Precision::bf16, 3e-2, 0.7},
};

class DeviceStep : public ::testing::TestWithParam<Case> {};

/// Shares of the largest tensor of a kind below which a norm is rounding: gradients that are zero but for
/// that (of a BatchNorm's bias before another BatchNorm, say) are the larger the fewer bits there are. 4e-3
/// of the largest were seen in BF16.
double negligible(Precision precision) {
    switch (precision) {
        case Precision::bf16:
            return 5e-2;
        case Precision::tf32:
        case Precision::fp16:
            return 1e-2;
        default:
            return 1e-3;
    }
}

TEST_P(DeviceStep, EveryTensorAgreesWithTheCpu) {
    ARCMETER_NEEDS_DEVICE();
    const Case& c = GetParam();
    const train::StepGraph step = whole_step(c.model, c.precision);
    ExecutorOptions options;
    options.poison_activations = true;
    options.tf32 = c.precision == Precision::tf32;
    CudaBackend backend(probe_devices().usable.front(), make_library_products);
    const auto executor = backend.make_executor(step.graph, options);
    executor->initialise(whole_step_seed);
    settle_loss_scale(*executor, step);
    const Batch batch(step);
    const StepReport report = run_step(*executor, batch.input(0));
    const StepReference expected = step_reference(c.model);
    EXPECT_NEAR(report.loss, expected.loss, c.loss * expected.loss);
    const double worst = expect_all_close(sketches_of(persistent_values(*executor, step.graph)),
                                          expected.tensors, c.tensor, negligible(c.precision));
    std::printf("%s %s: loss %.6f, CPU %.6f; worst tensor %.2e\n", c.model,
                std::string(to_string(c.precision)).c_str(), report.loss, expected.loss, worst);
}

INSTANTIATE_TEST_SUITE_P(Networks, DeviceStep, ::testing::ValuesIn(cases), [](const auto& test_info) {
    return std::string(test_info.param.model) + "_" + std::string(to_string(test_info.param.precision));
});

}  // namespace
}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
// 50 steps on the GPU in each precision follow the loss curve of the CPU in FP32.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/backend/cuda/cuda_backend.h"
#include "engine/backend/cuda/library_products.h"
#include "tests/device/device_support.h"
#include "tests/device/reference.h"
#include "tests/engine/backend/network_support.h"

namespace arcmeter::backend::cuda {
namespace {

using namespace backend::test;
using protocol::Precision;

class DeviceTraining : public ::testing::TestWithParam<Precision> {};

/// What is held is the mean distance of the curves as a share of what the loss falls by. On a CPU, BF16 keeps
/// within 2e-3 of FP32 in this.
TEST_P(DeviceTraining, FollowsTheCpusCurve) {
    ARCMETER_NEEDS_DEVICE();
    const Precision precision = GetParam();
    const train::StepGraph step = curve_step(precision);
    ExecutorOptions options;
    options.tf32 = precision == Precision::tf32;
    CudaBackend backend(probe_devices().usable.front(), make_library_products);
    const auto executor = backend.make_executor(step.graph, options);
    executor->initialise(curve_seed);
    settle_loss_scale(*executor, step);
    const std::vector<double> actual = curve_of(*executor, step);
    static const std::vector<double> expected = curve_reference();
    double distance = 0;
    ASSERT_EQ(expected.size(), actual.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
        distance += std::abs(actual[i] - expected[i]) / curve_steps;
    const double fall = expected.front() - expected.back();
    ASSERT_GT(fall, 0) << "the CPU learns";
    EXPECT_LT(distance / fall, precision == Precision::fp32 ? 2e-3 : 2e-2);
    EXPECT_LT(actual.back(), expected.front() - 0.8 * fall);
    std::printf("%s: %.4f to %.4f, CPU %.4f to %.4f, mean distance %.4f\n",
                std::string(to_string(precision)).c_str(), actual.front(), actual.back(), expected.front(),
                expected.back(), distance);
}

INSTANTIATE_TEST_SUITE_P(Precisions, DeviceTraining,
                         ::testing::Values(Precision::fp32, Precision::tf32, Precision::fp16,
                                           Precision::bf16),
                         [](const auto& test_info) { return std::string(to_string(test_info.param)); });

}  // namespace
}  // namespace arcmeter::backend::cuda

// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/backend/backend.h"
#include "engine/protocol/error.h"

namespace arcmeter::backend {
namespace {

TEST(ChooseBackend, TheCpuIsAlwaysThere) {
    const BackendChoice choice = choose_backend(protocol::Device::cpu);
    EXPECT_EQ(choice.backend->name(), "cpu");
    EXPECT_EQ(choice.reason, "");
    EXPECT_EQ(choice.backend->device_info().kind, "cpu");
    EXPECT_GT(choice.backend->device_info().memory_bytes, 0);
    EXPECT_FALSE(choice.backend->libraries().empty());
}

TEST(ChooseBackend, TheCpusArithmeticRateIsMeasured) {
    const auto backend = choose_backend(protocol::Device::cpu).backend;
    if (!backend->libraries().contains("oneDNN"))
        GTEST_SKIP() << "reference products say nothing about a CPU";
    // No CPU that runs this is slower than 10 MFLOP/s, and none reaches 1 PFLOP/s in FP32.
    const double rate = backend->peak_flops(protocol::Precision::fp32);
    EXPECT_GT(rate, 1e7);
    EXPECT_LT(rate, 1e15);
}

TEST(ChooseBackend, TheMemorysRateIsMeasured) {
    // From a slow embedded memory to beyond the fastest server's.
    const double rate = choose_backend(protocol::Device::cpu).backend->peak_bytes_per_s();
    EXPECT_GT(rate, 1e8);
    EXPECT_LT(rate, 1e13);
}

TEST(ChooseBackend, AutoSaysWhy) {
    if (cuda_unavailable_reason().empty()) GTEST_SKIP() << "this build has a CUDA backend";
    const BackendChoice choice = choose_backend(protocol::Device::automatic);
    EXPECT_EQ(choice.backend->name(), "cpu");
    EXPECT_THAT(choice.reason, ::testing::HasSubstr(cuda_unavailable_reason()));
}

TEST(ChooseBackend, AMissingDeviceIsItsOwnError) {
    if (cuda_unavailable_reason().empty()) GTEST_SKIP() << "this build has a CUDA backend";
    try {
        choose_backend(protocol::Device::cuda);
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::device_unavailable);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("device is cuda"));
        EXPECT_NE(error.hint(), "");
    }
}

}  // namespace
}  // namespace arcmeter::backend

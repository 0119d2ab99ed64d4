// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/device_probe.h"

#include <cuda_runtime_api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/backend/cuda/library_products.h"

namespace arcmeter::backend::cuda {
namespace {

using ::testing::HasSubstr;

TEST(DeviceProbe, EachReasonNamesItsCause) {
    EXPECT_THAT(no_device_reason(cudaErrorInsufficientDriver, 13000, 0), HasSubstr("no NVIDIA driver"));
    EXPECT_THAT(
        no_device_reason(cudaErrorInsufficientDriver, 13000, 12040),
        HasSubstr("driver is for CUDA 12.4, older than the CUDA runtime this program is built with (13.0)"));
    EXPECT_THAT(no_device_reason(cudaErrorNoDevice, 13000, 13000), HasSubstr("finds no device"));
    EXPECT_THAT(no_device_reason(cudaErrorUnknown, 13000, 13000), HasSubstr("cannot be started"));
}

TEST(DeviceProbe, ADeviceOrAReason) {
    const DeviceProbe first = probe_devices(), all = probe_devices(ProbeUntil::all);
    EXPECT_EQ(first.usable.empty(), !first.reason.empty());
    EXPECT_EQ(first.usable.empty(), all.usable.empty());
    if (!first.usable.empty()) {
        EXPECT_EQ(first.usable, std::vector<int>{all.usable.front()});
    }
}

TEST(LibraryVersions, NeedNoDevice) {
    const auto versions = library_versions();
    for (const char* library : {"CUDA", "cuDNN", "cuBLASLt", "NCCL"}) {
        ASSERT_TRUE(versions.contains(library));
        EXPECT_THAT(versions.at(library), ::testing::MatchesRegex("[0-9]+[.][0-9.]+")) << library;
    }
}

}  // namespace
}  // namespace arcmeter::backend::cuda

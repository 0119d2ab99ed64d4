// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/nvml.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace arcmeter::telemetry {
namespace {

TEST(Nvml, ADevicesStateIsReadInOurUnits) {
    const auto nvml = Nvml::open(FAKE_NVML);
    ASSERT_NE(nvml, nullptr);
    const auto sample = nvml->sample("0000:4b:00.0");
    ASSERT_TRUE(sample);
    EXPECT_DOUBLE_EQ(sample->utilization, 0.75);
    EXPECT_EQ(sample->memory_used_bytes, 600);
    EXPECT_DOUBLE_EQ(sample->power_w.value(), 651.5);
    EXPECT_EQ(sample->temperature_c.value(), 61);
    EXPECT_EQ(sample->sm_clock_mhz.value(), 1755);
    EXPECT_EQ(sample->throttle_reasons, "power cap, hardware thermal") << "being idle holds nothing back";
}

TEST(Nvml, FactsDoNotCountThisProcess) {
    const auto facts = Nvml::open(FAKE_NVML)->facts("0000:4b:00.0");
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->driver, "580.65.06");
    EXPECT_EQ(facts->other_processes.value(), 2);
    EXPECT_EQ(describe(*facts), "power limit 700 W, clocks to 1980 MHz, 2 other processes");
}

TEST(Nvml, WhatADeviceDoesNotReportIsLeftOut) {
    const auto nvml = Nvml::open(FAKE_NVML);
    const auto sample = nvml->sample("0000:5c:00.0");
    ASSERT_TRUE(sample);
    EXPECT_FALSE(sample->power_w);
    EXPECT_FALSE(sample->temperature_c);
    EXPECT_FALSE(sample->sm_clock_mhz);
    EXPECT_EQ(sample->throttle_reasons, "");
    const auto facts = nvml->facts("0000:5c:00.0");
    ASSERT_TRUE(facts);
    EXPECT_FALSE(facts->other_processes);
    EXPECT_EQ(describe(*facts), "");
}

TEST(Nvml, AnUnknownDeviceAndAMissingLibraryAreNoErrors) {
    EXPECT_FALSE(Nvml::open(FAKE_NVML)->sample("0000:00:00.0"));
    EXPECT_FALSE(Nvml::open(FAKE_NVML)->facts(""));
    EXPECT_EQ(Nvml::open("libno-such-library.so.1"), nullptr);
    setenv("FAKE_NVML_FAILS", "1", 1);
    EXPECT_EQ(Nvml::open(FAKE_NVML), nullptr);
    unsetenv("FAKE_NVML_FAILS");
}

}  // namespace
}  // namespace arcmeter::telemetry

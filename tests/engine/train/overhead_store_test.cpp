// SPDX-License-Identifier: Apache-2.0
#include "engine/train/overhead_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "engine/backend/cpu/cpu_backend.h"
#include "engine/backend/cuda/plan_backend.h"

namespace arcmeter::train {
namespace {

class OverheadStore : public ::testing::Test {
protected:
    void SetUp() override {
        folder =
            std::filesystem::temp_directory_path() / ("arcmeter_overhead_test_" + std::to_string(getpid()));
        setenv("XDG_CACHE_HOME", folder.c_str(), 1);
    }
    void TearDown() override {
        unsetenv("XDG_CACHE_HOME");
        std::filesystem::remove_all(folder);
    }
    std::filesystem::path folder;
    backend::cpu::CpuBackend cpu;
};

TEST_F(OverheadStore, AssumedUntilItIsMeasured) {
    EXPECT_EQ(known_overhead(cpu).source, "assumed");
    EXPECT_EQ(known_overhead(cpu).bytes, cpu.overhead().bytes);
    record_overhead(cpu, 12'345'678);
    EXPECT_EQ(known_overhead(cpu).source, "measured");
    EXPECT_EQ(known_overhead(cpu).bytes, 12'345'678);
}

TEST_F(OverheadStore, KeepsTheLargest) {
    record_overhead(cpu, 20);
    record_overhead(cpu, 10);
    EXPECT_EQ(known_overhead(cpu).bytes, 20);
    record_overhead(cpu, 30);
    EXPECT_EQ(known_overhead(cpu).bytes, 30);
}

TEST_F(OverheadStore, NothingIsKeptOfWhatMeansNothing) {
    record_overhead(cpu, 0);
    record_overhead(cpu, -5);
    EXPECT_EQ(known_overhead(cpu).source, "assumed");
    EXPECT_FALSE(std::filesystem::exists(overhead_file()));
}

TEST_F(OverheadStore, DevicesAreKeptApart) {
    record_overhead(cpu, 30);
    EXPECT_EQ(known_overhead(backend::cuda::PlanBackend()).source, "assumed");
}

/// A backend that plans for any GPU takes what one of them was seen to need.
TEST_F(OverheadStore, ABackendWithoutADeviceTakesItsKinds) {
    class Gpu : public backend::cuda::PlanBackend {
        protocol::DeviceInfo device_info() const override {
            protocol::DeviceInfo info;
            info.name = "Some GPU";
            info.kind = "cuda";
            return info;
        }
        std::map<std::string, std::string> libraries() const override { return {{"cuDNN", "9.1"}}; }
    };
    record_overhead(Gpu(), 400 << 20);
    EXPECT_EQ(known_overhead(Gpu()).bytes, 400 << 20);
    EXPECT_EQ(known_overhead(backend::cuda::PlanBackend()).bytes, 400 << 20);
    EXPECT_EQ(known_overhead(backend::cuda::PlanBackend()).source, "measured");
}

TEST_F(OverheadStore, ADamagedFileCountsAsEmpty) {
    record_overhead(cpu, 30);
    for (const char* text : {"", "[1", "[]", "{\"a\":\"b\"}"}) {
        std::ofstream(overhead_file()) << text;
        EXPECT_EQ(known_overhead(cpu).source, "assumed") << text;
    }
    record_overhead(cpu, 40);
    EXPECT_EQ(known_overhead(cpu).bytes, 40);
}

}  // namespace
}  // namespace arcmeter::train

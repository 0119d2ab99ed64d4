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
    EXPECT_EQ(known_overhead(cpu, 1).source, "assumed");
    EXPECT_EQ(known_overhead(cpu, 1).bytes, cpu.overhead().bytes);
    record_overhead(cpu, 1, 12'345'678);
    EXPECT_EQ(known_overhead(cpu, 1).source, "measured");
    EXPECT_EQ(known_overhead(cpu, 1).bytes, 12'345'678);
}

TEST_F(OverheadStore, KeepsTheLargest) {
    record_overhead(cpu, 1, 20);
    record_overhead(cpu, 1, 10);
    EXPECT_EQ(known_overhead(cpu, 1).bytes, 20);
    record_overhead(cpu, 1, 30);
    EXPECT_EQ(known_overhead(cpu, 1).bytes, 30);
}

TEST_F(OverheadStore, RanksAmongOthersAreKeptApart) {
    record_overhead(cpu, 1, 20);
    EXPECT_EQ(known_overhead(cpu, 2).bytes, 20) << "until one of them is measured";
    record_overhead(cpu, 2, 50);
    EXPECT_EQ(known_overhead(cpu, 2).bytes, 50);
    EXPECT_EQ(known_overhead(cpu, 3).bytes, 50);
    EXPECT_EQ(known_overhead(cpu, 1).bytes, 20);
}

TEST_F(OverheadStore, NothingIsKeptOfWhatMeansNothing) {
    record_overhead(cpu, 1, 0);
    record_overhead(cpu, 1, -5);
    EXPECT_EQ(known_overhead(cpu, 1).source, "assumed");
    EXPECT_FALSE(std::filesystem::exists(overhead_file()));
}

TEST_F(OverheadStore, DevicesAreKeptApart) {
    record_overhead(cpu, 1, 30);
    EXPECT_EQ(known_overhead(backend::cuda::PlanBackend(), 1).source, "assumed");
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
    record_overhead(Gpu(), 1, 400 << 20);
    EXPECT_EQ(known_overhead(Gpu(), 1).bytes, 400 << 20);
    EXPECT_EQ(known_overhead(backend::cuda::PlanBackend(), 1).bytes, 400 << 20);
    EXPECT_EQ(known_overhead(backend::cuda::PlanBackend(), 1).source, "measured");
}

TEST_F(OverheadStore, ADamagedFileCountsAsEmpty) {
    record_overhead(cpu, 1, 30);
    for (const char* text : {"", "[1", "[]", "{\"a\":\"b\"}"}) {
        std::ofstream(overhead_file()) << text;
        EXPECT_EQ(known_overhead(cpu, 1).source, "assumed") << text;
    }
    record_overhead(cpu, 1, 40);
    EXPECT_EQ(known_overhead(cpu, 1).bytes, 40);
}

}  // namespace
}  // namespace arcmeter::train

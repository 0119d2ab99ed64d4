// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "engine/telemetry/environment.h"
#include "engine/telemetry/host.h"
#include "engine/telemetry/process_memory.h"

namespace arcmeter::telemetry {
namespace {

TEST(Telemetry, ProcessMemoryFollowsWhatIsTouched) {
    const std::int64_t before = process_memory().anonymous_bytes;
    ASSERT_GT(before, 0);
    constexpr std::size_t bytes = std::size_t{64} << 20;
    std::vector<char> memory(bytes, 1);
    const std::int64_t after = process_memory().anonymous_bytes;
    EXPECT_GE(after - before, static_cast<std::int64_t>(bytes * 9 / 10)) << memory[5];
}

TEST(Telemetry, SystemMemoryIsPlausible) {
    const SystemMemory memory = system_memory();
    EXPECT_GT(memory.total_bytes, std::int64_t{256} << 20);
    EXPECT_GT(memory.available_bytes, 0);
    EXPECT_LE(memory.available_bytes, memory.total_bytes);
}

TEST(Telemetry, UtilizationIsAShare) {
    CpuSampler sampler;
    EXPECT_FALSE(sampler.utilization());
    volatile double sum = 0;
    for (int i = 0; i < 30'000'000; ++i) sum = sum + i;
    if (const auto share = sampler.utilization()) {
        EXPECT_GE(*share, 0);
        EXPECT_LE(*share, 1);
    }
}

TEST(Telemetry, EnvironmentNamesTheMachine) {
    const auto choice = backend::choose_backend(protocol::Device::automatic);
    const protocol::Environment environment = telemetry::environment(*choice.backend, choice.reason);
    EXPECT_NE(environment.host, "");
    EXPECT_NE(environment.os, "");
    EXPECT_NE(environment.cpu, "");
    EXPECT_GE(environment.cpu_cores, 1);
    ASSERT_EQ(environment.devices.size(), 1u);
    EXPECT_EQ(environment.devices[0].kind, environment.device);
    EXPECT_FALSE(environment.libraries.empty());
    EXPECT_NE(environment.commit, "");
}

}  // namespace
}  // namespace arcmeter::telemetry

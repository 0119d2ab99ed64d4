// SPDX-License-Identifier: Apache-2.0
#include "engine/telemetry/control_group.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace arcmeter::telemetry {
namespace {

namespace fs = std::filesystem;

/// A made-up /sys/fs/cgroup and /proc/self/cgroup.
class ControlGroup : public ::testing::Test {
protected:
    void SetUp() override {
        root_ = fs::temp_directory_path() / ("arcmeter-cgroup-" + std::to_string(getpid()));
        fs::create_directories(root_);
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const fs::path& name, const std::string& text) {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << text;
    }
    std::optional<ControlGroupMemory> memory() const {
        return control_group_memory(root_ / "membership", root_);
    }

    fs::path root_;
};

TEST_F(ControlGroup, VersionTwoCountsDroppablePagesAsFree) {
    write("membership", "0::/job/step\n");
    write("job/step/memory.max", "1000\n");
    write("job/step/memory.current", "700\n");
    write("job/step/memory.stat", "anon 400\ninactive_file 250\nactive_file 50\n");
    ASSERT_TRUE(memory());
    EXPECT_EQ(memory()->limit_bytes, 1000);
    EXPECT_EQ(memory()->available_bytes, 550);
}

TEST_F(ControlGroup, TheTightestOfTheGroupsAroundItCounts) {
    write("membership", "0::/job/step\n");
    write("job/step/memory.max", "max\n");
    write("job/step/memory.current", "100\n");
    write("job/memory.max", "900\n");
    write("job/memory.current", "800\n");
    write("memory.max", "5000\n");
    write("memory.current", "1000\n");
    ASSERT_TRUE(memory());
    EXPECT_EQ(memory()->limit_bytes, 900);
    EXPECT_EQ(memory()->available_bytes, 100);
}

TEST_F(ControlGroup, AContainersOwnMountIsReadThoughItsNameIsUnknownThere) {
    write("membership", "0::/docker/4711\n");
    write("memory.max", "2000\n");
    write("memory.current", "500\n");
    ASSERT_TRUE(memory());
    EXPECT_EQ(memory()->available_bytes, 1500);
}

TEST_F(ControlGroup, VersionOne) {
    write("membership", "5:cpu,cpuacct:/x\n4:memory:/batch\n0::/\n");
    write("memory/batch/memory.limit_in_bytes", "4096\n");
    write("memory/batch/memory.usage_in_bytes", "5000\n");
    ASSERT_TRUE(memory());
    EXPECT_EQ(memory()->limit_bytes, 4096);
    EXPECT_EQ(memory()->available_bytes, 0) << "over its limit, and not negative";
}

TEST_F(ControlGroup, NoLimitIsNone) {
    EXPECT_FALSE(memory()) << "no membership file";
    write("membership", "nonsense\n4:memory:/\n");
    write("memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("memory/memory.usage_in_bytes", "5000\n");
    EXPECT_FALSE(memory());
    write("membership", "0::/\n");
    write("memory.max", "max\n");
    write("memory.current", "5000\n");
    EXPECT_FALSE(memory());
}

}  // namespace
}  // namespace arcmeter::telemetry

// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/engine/worker/worker_process.h"

namespace arcmeter::worker {
namespace {

using namespace test;
using ::testing::HasSubstr;

TEST(Commands, VersionSaysWhatIsBuiltIn) {
    WorkerProcess worker({"--version"});
    const std::string text = worker.remaining_output();
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_THAT(text, HasSubstr("protocol " + std::to_string(protocol::protocol_version)));
    for (const char* part : {"cpu ", "oneDNN ", "cuda ", "mpi "}) EXPECT_THAT(text, HasSubstr(part));
}

TEST(Commands, DevicesAsOneObject) {
    WorkerProcess worker({"devices", "--json"});
    const std::string text = worker.remaining_output();
    EXPECT_EQ(worker.wait(), 0);
    const auto object = nlohmann::json::parse(text);
    ASSERT_FALSE(object.at("devices").empty());
    const auto& cpu = object["devices"][0];
    EXPECT_EQ(cpu.at("kind"), "cpu");
    EXPECT_NE(cpu.at("name"), "");
    EXPECT_GT(cpu.at("memory_bytes"), 0);
    EXPECT_EQ(cpu.at("precisions")[0], "fp32");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Commands, DevicesForPeople) {
    WorkerProcess worker({"devices"});
    EXPECT_THAT(worker.remaining_output(), HasSubstr("cpu "));
    EXPECT_EQ(worker.wait(), 0);
}

TEST(Commands, ProfileNamesEveryLaunch) {
    WorkerProcess worker({"profile", "--iterations", "1"});
    worker.write(quick_config());
    const std::string text = worker.remaining_output();
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_THAT(text, HasSubstr("SgdUpdate"));
    EXPECT_THAT(text, HasSubstr("MarginSoftmaxForward"));
}

TEST(Commands, WrongUsageIsTwo) {
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"fly"},
                                               {"--no-such-option"},
                                               {"run", "--no-such-option"},
                                               {"profile", "--iterations", "0"}}) {
        WorkerProcess worker(arguments);
        worker.close_input();
        worker.remaining_output();
        EXPECT_EQ(worker.wait(), 2) << ::testing::PrintToString(arguments);
    }
}

}  // namespace
}  // namespace arcmeter::worker

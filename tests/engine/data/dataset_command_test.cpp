// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset_command.h"

#include "engine/data/face_dataset.h"
#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DatasetCommand : public ::testing::Test {
protected:
    int run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "dataset");
        std::vector<char*> argv;
        for (auto& argument : arguments) argv.push_back(argument.data());
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        const int code = dataset_main(static_cast<int>(argv.size()), argv.data());
        out = ::testing::internal::GetCapturedStdout();
        err = ::testing::internal::GetCapturedStderr();
        return code;
    }
    int make() {
        return run({"make", "--identities", "3", "--images-per-identity", "2", "--output", set, "--json"});
    }

    TempFolder folder;
    std::string set = (folder / "set").string();
    std::string out, err;
};

TEST_F(DatasetCommand, MakeInfoVerifyPrintOneObjectEach) {
    ASSERT_EQ(make(), 0) << err;
    const auto made = nlohmann::json::parse(out);
    EXPECT_EQ(made["identities"], 3);
    EXPECT_EQ(made["images"], 6);
    EXPECT_EQ(made["bytes"], std::filesystem::file_size(folder / "set" / "train.rec"));

    ASSERT_EQ(run({"info", set, "--json"}), 0) << err;
    const auto info = nlohmann::json::parse(out);
    EXPECT_EQ(info["num_classes"], 3);
    EXPECT_EQ(info["images"], 6);
    EXPECT_EQ(info["records"], 10);

    ASSERT_EQ(run({"verify", set, "--json"}), 0) << err;
    const auto found = nlohmann::json::parse(out);
    EXPECT_EQ(found["ok"], true);
    EXPECT_EQ(found["images"], 6);
    EXPECT_TRUE(found["first_bad_offset"].is_null());
    EXPECT_TRUE(found["problem"].is_null());
}

TEST_F(DatasetCommand, TextIsTheDefault) {
    ASSERT_EQ(make(), 0);
    ASSERT_EQ(run({"verify", set}), 0);
    EXPECT_THAT(out, HasSubstr("whole, 6 images of 3 identities in 10 records"));
    ASSERT_EQ(run({"info", set}), 0);
    EXPECT_THAT(out, HasSubstr("images            6"));
}

TEST_F(DatasetCommand, VerifyOfADamagedSetFailsWithOneSentence) {
    ASSERT_EQ(make(), 0);
    const std::uint64_t offset = FaceDataset(set).offset_of(2);
    poke(folder / "set" / "train.rec", offset, {0});
    EXPECT_EQ(run({"verify", set, "--json"}), 1);
    EXPECT_EQ(nlohmann::json::parse(out)["first_bad_offset"], offset);
    EXPECT_THAT(err, HasSubstr("record at byte " + std::to_string(offset)));
}

TEST_F(DatasetCommand, MissingSetIsOneSentenceAndCodeOne) {
    EXPECT_EQ(run({"info", set}), 1);
    EXPECT_THAT(out, IsEmpty());
    EXPECT_THAT(err, HasSubstr("is not there"));
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1);
    EXPECT_EQ(run({"verify", set}), 1);
}

TEST_F(DatasetCommand, WrongUsageIsCodeTwo) {
    EXPECT_EQ(run({}), 2);
    EXPECT_EQ(run({"polish"}), 2);
    EXPECT_EQ(run({"make", "--identities", "3"}), 2);
    EXPECT_EQ(run({"make", "--identities", "many", "--images-per-identity", "2", "--output", set}), 2);
    EXPECT_EQ(run({"make", "--identities", "0", "--images-per-identity", "2", "--output", set}), 2);
    EXPECT_THAT(err, HasSubstr("identities is 0"));
    EXPECT_EQ(
        run({"make", "--identities", "1", "--images-per-identity", "1", "--output", folder.path().string()}),
        0);
    EXPECT_EQ(
        run({"make", "--identities", "1", "--images-per-identity", "1", "--output", folder.path().string()}),
        2);
    EXPECT_THAT(err, HasSubstr("is not empty"));
    EXPECT_EQ(run({"--help"}), 0);
    EXPECT_THAT(out, HasSubstr("verify"));
}

}  // namespace
}  // namespace arcmeter::data

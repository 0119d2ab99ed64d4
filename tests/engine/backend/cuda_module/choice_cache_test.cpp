// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cuda/choice_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace arcmeter::backend::cuda {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ChoiceCacheTest : public ::testing::Test {
protected:
    void SetUp() override { fs::remove_all(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    std::string text() const {
        std::ifstream file(file_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string& text) const {
        fs::create_directories(file_.parent_path());
        std::ofstream(file_, std::ios::binary) << text;
    }

    fs::path folder_ = fs::temp_directory_path() / ("arcmeter-choices-" + std::to_string(getpid()));
    fs::path file_ = folder_ / "deeper" / "choices.tsv";
};

TEST_F(ChoiceCacheTest, WhatIsAddedIsFoundByTheNextProcess) {
    ChoiceCache first(file_);
    EXPECT_EQ(first.note(), "") << "no file yet is no fault";
    EXPECT_FALSE(first.find("shape a"));
    first.add("shape a", "67:2=5,13=0", 12.5);
    first.add("shape\twith a tab", "two\nlines", 1);
    const ChoiceCache second(file_);
    EXPECT_EQ(second.note(), "");
    EXPECT_EQ(second.find("shape a"), "67:2=5,13=0");
    EXPECT_EQ(second.find("shape\twith a tab"), "two lines");
    EXPECT_FALSE(second.find("shape b"));
}

TEST_F(ChoiceCacheTest, TwoProcessesKeepEachOthersChoices) {
    ChoiceCache first(file_), second(file_);
    first.add("a", "1", 1);
    second.add("b", "2", 1);
    first.add("b", "3", 1);
    const ChoiceCache third(file_);
    EXPECT_EQ(third.find("a"), "1");
    EXPECT_EQ(third.find("b"), "3");
    EXPECT_EQ(second.find("a"), "1") << "read when it wrote";
    EXPECT_EQ(std::distance(fs::directory_iterator(file_.parent_path()), {}), 1)
        << "no temporary file is left";
}

TEST_F(ChoiceCacheTest, AnyChangedByteAndAnyCutIsSeen) {
    ChoiceCache(file_).add("shape", "engine", 3);
    const std::string good = text();
    ASSERT_EQ(ChoiceCache(file_).note(), "");
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string damaged = good;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        write(damaged);
        EXPECT_THAT(ChoiceCache(file_).note(), HasSubstr("damaged")) << "byte " << i;
        EXPECT_FALSE(ChoiceCache(file_).find("shape")) << "byte " << i;
        write(good.substr(0, i));
        EXPECT_THAT(ChoiceCache(file_).note(), HasSubstr("damaged")) << "cut at " << i;
    }
    write(good + good);
    EXPECT_THAT(ChoiceCache(file_).note(), HasSubstr("damaged"));
}

TEST_F(ChoiceCacheTest, ADamagedFileIsMadeAnew) {
    write("nonsense");
    ChoiceCache cache(file_);
    cache.add("shape", "engine", 3);
    EXPECT_EQ(ChoiceCache(file_).find("shape"), "engine");
    EXPECT_EQ(ChoiceCache(file_).note(), "");
}

TEST_F(ChoiceCacheTest, AFileThatCannotBeWrittenIsANoteAndTheChoiceStaysKnown) {
    write("");
    ChoiceCache cache(file_ / "below-a-file.tsv");
    cache.add("shape", "engine", 3);
    EXPECT_THAT(cache.note(), HasSubstr("cannot be written"));
    EXPECT_EQ(cache.find("shape"), "engine");
}

TEST(ChoiceCacheFile, FollowsTheXdgFolder) {
    const char* const before = std::getenv("XDG_CACHE_HOME");
    const std::string kept = before == nullptr ? "" : before;
    setenv("XDG_CACHE_HOME", "/somewhere/cache", 1);
    EXPECT_EQ(ChoiceCache::default_file(), "/somewhere/cache/arcmeter/cuda-products.tsv");
    setenv("XDG_CACHE_HOME", "relative", 1);
    EXPECT_TRUE(ChoiceCache::default_file().is_absolute()) << "a relative folder is to be ignored";
    before == nullptr ? unsetenv("XDG_CACHE_HOME") : setenv("XDG_CACHE_HOME", kept.c_str(), 1);
}

}  // namespace
}  // namespace arcmeter::backend::cuda

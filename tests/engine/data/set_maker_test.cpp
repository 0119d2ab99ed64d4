// SPDX-License-Identifier: Apache-2.0
#include "engine/data/set_maker.h"

#include "engine/data/face_dataset.h"
#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;

MakeOptions options(const std::filesystem::path& output, int identities, int images) {
    MakeOptions result;
    result.identities = identities;
    result.images_per_identity = images;
    result.output = output;
    return result;
}

void ignore(std::int64_t, std::int64_t) {}

TEST(SetMaker, WritesInsightfaceForm) {
    const TempFolder folder;
    const MakeResult made = make_set(options(folder / "set", 3, 4), ignore);
    EXPECT_EQ(made.identities, 3);
    EXPECT_EQ(made.images, 12);
    EXPECT_EQ(made.bytes, std::filesystem::file_size(folder / "set" / "train.rec"));
    EXPECT_EQ(read_text(folder / "set" / "property"), "3,112,112\n");

    const FaceDataset set(folder / "set");
    EXPECT_EQ(set.size(), 12);
    ASSERT_TRUE(set.identity_records());
    EXPECT_EQ(set.identity_records()->begin, 13u);
    EXPECT_EQ(set.identity_records()->end, 16u);
    Bytes scratch;
    for (std::int64_t i = 0; i < 12; ++i) EXPECT_EQ(set.image(i, scratch).label, i / 4);
    const std::uint64_t offset = set.index().offset(14);
    const auto identity = parse_image_record(set.records().read(offset, scratch).payload, "", offset);
    EXPECT_THAT(identity.labels, ::testing::ElementsAre(5, 9));
    EXPECT_TRUE(identity.image.empty());
}

TEST(SetMaker, BytesDependOnTheSeedAndNotOnThreads) {
    const TempFolder folder;
    auto one = options(folder / "one", 5, 30), many = options(folder / "many", 5, 30);
    auto other = options(folder / "other", 5, 30);
    one.threads = 1;
    many.threads = 7;
    other.seed = 1;
    for (const auto& each : {one, many, other}) make_set(each, ignore);
    for (const char* name : {"train.rec", "train.idx", "property"}) {
        EXPECT_TRUE(read_text(folder / "one" / name) == read_text(folder / "many" / name)) << name;
    }
    EXPECT_FALSE(read_text(folder / "one" / "train.rec") == read_text(folder / "other" / "train.rec"));
}

TEST(SetMaker, ProgressEndsAtTheTotal) {
    const TempFolder folder;
    std::vector<std::int64_t> done;
    make_set(options(folder / "set", 10, 20), [&](auto now, auto total) {
        EXPECT_EQ(total, 200);
        done.push_back(now);
    });
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
    EXPECT_EQ(done.back(), 200);
}

TEST(SetMaker, OutOfRangeOptionsAreNamed) {
    const TempFolder folder;
    const auto message = [&](std::int64_t identities, std::int64_t images) {
        auto bad = options(folder / "set", 1, 1);
        bad.identities = identities;
        bad.images_per_identity = images;
        const Error error = error_of([&] { make_set(bad, ignore); });
        EXPECT_EQ(error.code(), ErrorCode::invalid_config);
        return std::string(error.what());
    };
    EXPECT_THAT(message(0, 1), HasSubstr("identities is 0, allowed is 1 to 16777216"));
    EXPECT_THAT(message(16777217, 1), HasSubstr("identities is 16777217"));
    EXPECT_THAT(message(1, -1), HasSubstr("images_per_identity is -1"));
    EXPECT_THAT(message(16777216, 1000), HasSubstr("identities x images_per_identity"));
    EXPECT_FALSE(std::filesystem::exists(folder / "set"));
}

TEST(SetMaker, RefusesAFolderThatHoldsAnything) {
    const TempFolder folder;
    write_text(folder / "notes", "mine");
    const Error error = error_of([&] { make_set(options(folder.path(), 1, 1), ignore); });
    EXPECT_EQ(error.code(), ErrorCode::invalid_config);
    EXPECT_THAT(error.what(), HasSubstr("is not empty: it holds notes"));
    EXPECT_THAT(error_of([&] { make_set(options(folder / "notes", 1, 1), ignore); }).what(),
                HasSubstr("is not a folder"));
    EXPECT_EQ(read_text(folder / "notes"), "mine");
}

TEST(SetMaker, TakesAnEmptyFolderAndOneWithLeftovers) {
    const TempFolder folder;
    write_text(folder / "train.rec.part", "killed");
    make_set(options(folder.path(), 1, 2), ignore);
    EXPECT_EQ(FaceDataset(folder.path()).size(), 2);
    EXPECT_FALSE(std::filesystem::exists(folder / "train.rec.part"));
}

TEST(SetMaker, LeavesNothingBehindWhenItFails) {
    const TempFolder folder;
    EXPECT_THROW(
        make_set(options(folder / "set", 2, 2), [](auto, auto) { throw std::runtime_error("stop"); }),
        std::runtime_error);
    EXPECT_FALSE(std::filesystem::exists(folder / "set"));
}

}  // namespace
}  // namespace arcmeter::data

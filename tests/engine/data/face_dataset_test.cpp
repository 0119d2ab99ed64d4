// SPDX-License-Identifier: Apache-2.0
#include "engine/data/face_dataset.h"

#include <cmath>
#include <limits>

#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;

class FaceDatasetTest : public ::testing::Test {
protected:
    /// Two identities of two images; the second image carries its label in the other form.
    std::vector<ImageRecord> insightface_records() const {
        return {with_labels({5, 7}), labelled(0, jpeg),   with_labels({0, 99}, jpeg), labelled(1, jpeg),
                labelled(1, jpeg),   with_labels({1, 3}), with_labels({3, 5})};
    }
    FaceDataset write_and_open(const std::vector<ImageRecord>& records, int classes) {
        offsets = write_set(folder.path(), records, classes);
        return FaceDataset(folder.path());
    }
    Error open_error() {
        return error_of([&] { FaceDataset set(folder.path()); });
    }
    Error image_error(const std::vector<ImageRecord>& records, int classes, std::int64_t index) {
        const FaceDataset set = write_and_open(records, classes);
        Bytes scratch;
        return error_of([&] { set.image(index, scratch); });
    }

    TempFolder folder;
    Bytes jpeg = grey_jpeg(90);
    std::vector<std::uint64_t> offsets;
};

TEST_F(FaceDatasetTest, ReadsAnInsightfaceSet) {
    const FaceDataset set = write_and_open(insightface_records(), 2);
    EXPECT_EQ(set.num_classes(), 2);
    EXPECT_EQ(set.size(), 4);
    ASSERT_TRUE(set.identity_records());
    EXPECT_EQ(set.identity_records()->begin, 5u);
    EXPECT_EQ(set.identity_records()->end, 7u);
    EXPECT_FALSE(set.index_was_rebuilt());
    Bytes scratch;
    const int labels[] = {0, 0, 1, 1};
    for (std::int64_t i = 0; i < 4; ++i) {
        const LabelledImage image = set.image(i, scratch);
        EXPECT_EQ(image.label, labels[i]) << i;
        EXPECT_EQ(image.key, static_cast<std::uint64_t>(i + 1));
        EXPECT_EQ(image.offset, offsets[static_cast<std::size_t>(i) + 1]);
        EXPECT_EQ(Bytes(image.jpeg.begin(), image.jpeg.end()), jpeg);
    }
}

TEST_F(FaceDatasetTest, ReadsAPlainList) {
    const FaceDataset set =
        write_and_open({labelled(2, jpeg), with_labels({1, 5}, jpeg), labelled(0, jpeg)}, 3);
    EXPECT_EQ(set.size(), 3);
    EXPECT_FALSE(set.identity_records());
    Bytes scratch;
    EXPECT_EQ(set.image(0, scratch).label, 2);
    EXPECT_EQ(set.image(1, scratch).label, 1);
}

TEST_F(FaceDatasetTest, PlainListWhoseFirstImageHasTwoLabelsStaysAList) {
    EXPECT_EQ(write_and_open({with_labels({1, 0}, jpeg), labelled(0, jpeg)}, 2).size(), 2);
}

TEST_F(FaceDatasetTest, ImageWithTheMagicInsideIsReadThroughItsParts) {
    Bytes image(64, 1);
    image[8] = 0x0a, image[9] = 0x23, image[10] = 0xd7, image[11] = 0xce;
    const FaceDataset set = write_and_open({labelled(0, image)}, 1);
    Bytes scratch;
    const auto read = set.image(0, scratch).jpeg;
    EXPECT_EQ(Bytes(read.begin(), read.end()), image);
    EXPECT_FALSE(scratch.empty());
}

TEST_F(FaceDatasetTest, MissingIndexIsRebuilt) {
    write_set(folder.path(), insightface_records(), 2);
    std::filesystem::remove(folder / "train.idx");
    const FaceDataset set(folder.path());
    EXPECT_TRUE(set.index_was_rebuilt());
    EXPECT_EQ(set.size(), 4);
    Bytes scratch;
    EXPECT_EQ(set.image(3, scratch).label, 1);
}

TEST_F(FaceDatasetTest, MissingFolderRecAndPropertyAreDataMissing) {
    const Error no_folder = error_of([&] { FaceDataset set(folder / "none"); });
    EXPECT_EQ(no_folder.code(), ErrorCode::data_missing);
    EXPECT_THAT(no_folder.what(), HasSubstr("none is not there"));
    EXPECT_EQ(open_error().code(), ErrorCode::data_missing);
    EXPECT_THAT(open_error().what(), HasSubstr("train.rec"));
    write_set(folder.path(), insightface_records(), 2);
    std::filesystem::remove(folder / "property");
    EXPECT_EQ(open_error().code(), ErrorCode::data_missing);
    EXPECT_THAT(open_error().what(), HasSubstr("property"));
}

TEST_F(FaceDatasetTest, PropertyIsChecked) {
    write_set(folder.path(), insightface_records(), 2);
    for (const char* bad : {"", "2", "2,112", "2,112,112,1", "two,112,112", "2;112;112", "2,112,112x"}) {
        write_text(folder / "property", bad);
        EXPECT_THAT(open_error().what(), HasSubstr("expected one line 'classes,height,width'")) << bad;
    }
    write_text(folder / "property", "2,112,96");
    EXPECT_THAT(open_error().what(), HasSubstr("112x96, allowed is 112x112"));
    for (const char* bad : {"0,112,112", "-1,112,112", "16777217,112,112"}) {
        write_text(folder / "property", bad);
        EXPECT_EQ(open_error().code(), ErrorCode::data_corrupt);
        EXPECT_THAT(open_error().what(), HasSubstr("allowed are 1 to 16777216")) << bad;
    }
    write_text(folder / "property", " 2, 112, 112 \r\n");
    EXPECT_EQ(FaceDataset(folder.path()).num_classes(), 2);
}

TEST_F(FaceDatasetTest, EmptyRecIsRefused) {
    write_set(folder.path(), {}, 2);
    EXPECT_THAT(open_error().what(), HasSubstr("hold no records"));
}

TEST_F(FaceDatasetTest, RecordZeroMustNameRecordsThatAreThere) {
    auto records = insightface_records();
    for (const float end : {8.0f, 1e30f, std::numeric_limits<float>::quiet_NaN(), -1.0f, 2.5f, 0.0f, 1.0f}) {
        records[0] = with_labels({end, 9});
        write_set(folder.path(), records, 2);
        const Error error = open_error();
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt) << end;
        EXPECT_THAT(error.what(), HasSubstr("record at byte 0: record 0 ")) << end;
    }
    records[0] = labelled(3, {});
    write_set(folder.path(), records, 2);
    EXPECT_THAT(open_error().what(), HasSubstr("must have flag 2"));
}

TEST_F(FaceDatasetTest, IndexThatLacksAnImageIsRefused) {
    write_set(folder.path(), insightface_records(), 2);
    const std::string text = read_text(folder / "train.idx");
    const std::size_t line = text.find("\n3\t") + 1;
    write_text(folder / "train.idx", text.substr(0, line) + text.substr(text.find('\n', line) + 1));
    EXPECT_THAT(open_error().what(), HasSubstr("not all of these"));
}

TEST_F(FaceDatasetTest, LabelsOutOfRangeNameTheirRecord) {
    for (const float bad : {2.0f, -1.0f, 0.5f, 3e9f, std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()}) {
        const Error error = image_error({labelled(0, jpeg), labelled(bad, jpeg)}, 2, 1);
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt);
        EXPECT_THAT(error.what(), HasSubstr("record 1 has the label"));
        EXPECT_THAT(error.what(), HasSubstr("allowed are whole numbers from 0 to 1"));
    }
}

// Float32 holds whole numbers up to 2^24; beyond, the key in record 0 is off by up to half the spacing.
TEST(ExactImageEnd, FindsTheKeyThatRoundingHid) {
    for (const std::uint64_t exact : {16777217u, 16777219u, 17091658u, 33554435u, 100000003u}) {
        const auto has_image = [&](std::uint64_t key) { return key >= 1 && key < exact; };
        const auto rounded = static_cast<float>(exact);
        EXPECT_EQ(exact_image_end(rounded, exact + 500, has_image), exact) << exact;
    }
}

TEST(ExactImageEnd, TakesSmallKeysAsTheyAreAndRefusesWhatCannotBe) {
    const auto never_asked = [](std::uint64_t) -> bool { throw std::logic_error("asked"); };
    EXPECT_EQ(exact_image_end(16777215.0f, 20000000, never_asked), 16777215u);
    EXPECT_EQ(exact_image_end(1.0f, 100, never_asked), std::nullopt);
    EXPECT_EQ(exact_image_end(101.0f, 100, never_asked), std::nullopt);
    EXPECT_EQ(exact_image_end(20000000.0f, 30000000, [](std::uint64_t) { return true; }), std::nullopt);
    EXPECT_EQ(exact_image_end(20000000.0f, 30000000, [](std::uint64_t) { return false; }), std::nullopt);
}

}  // namespace
}  // namespace arcmeter::data

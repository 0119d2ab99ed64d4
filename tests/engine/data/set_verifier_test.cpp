// SPDX-License-Identifier: Apache-2.0
#include "engine/data/set_verifier.h"

#include "engine/data/face_dataset.h"
#include "engine/data/random.h"
#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;

/// A made set of 4 identities x 3 images: records 1 to 12 are images, 13 to 16 identities.
class SetVerifierTest : public ::testing::Test {
protected:
    SetVerifierTest() : set(make_small_set(folder, 4, 3)), rec(set / "train.rec") {
        const FaceDataset opened(set);
        for (std::uint64_t i = 0; i < opened.index().size(); ++i) offsets.push_back(opened.index().offset(i));
    }

    VerifyResult verify(int threads = 2) const {
        return verify_set(set, threads, [](auto, auto) {});
    }

    void expect_first_bad(std::uint64_t offset, const std::string& problem) const {
        for (const int threads : {1, 4}) {
            const VerifyResult found = verify(threads);
            EXPECT_FALSE(found.ok);
            EXPECT_EQ(found.first_bad_offset, offset) << found.first_problem;
            EXPECT_THAT(found.first_problem, HasSubstr(problem));
        }
    }

    static constexpr std::uint64_t to_label = 8 + 4, to_jpeg = 8 + 24;  // from a record's start

    TempFolder folder;
    std::filesystem::path set, rec;
    std::vector<std::uint64_t> offsets;
};

TEST_F(SetVerifierTest, WholeSetIsCounted) {
    const VerifyResult found = verify();
    EXPECT_TRUE(found.ok) << found.first_problem;
    EXPECT_EQ(found.records, 17);
    EXPECT_EQ(found.images, 12);
    EXPECT_EQ(found.identities, 4);
    EXPECT_EQ(found.bytes, std::filesystem::file_size(rec));
    EXPECT_EQ(found.bad_records, 0);
    EXPECT_FALSE(found.first_bad_offset);
}

TEST_F(SetVerifierTest, InfoCountsWithoutReading) {
    const SetInfo info = set_info(set);
    EXPECT_EQ(info.num_classes, 4);
    EXPECT_EQ(info.images, 12);
    EXPECT_EQ(info.identity_records, 4);
    EXPECT_EQ(info.records, 17);
    EXPECT_FALSE(info.index_was_rebuilt);
}

TEST_F(SetVerifierTest, FlippedByteInMagic) {
    poke(rec, offsets[5] + 1, {0});
    expect_first_bad(offsets[5], "expected the record magic");
    EXPECT_EQ(verify().images, 11);
    EXPECT_EQ(verify().bad_records, 1);
}

TEST_F(SetVerifierTest, FlippedByteInLength) {
    poke(rec, offsets[6] + 6, {0xff});
    expect_first_bad(offsets[6], "past the end of the file");
}

TEST_F(SetVerifierTest, FlippedByteInLabel) {
    poke(rec, offsets[3] + to_label + 3, {0x7f});
    expect_first_bad(offsets[3], "record 3 has the label");
}

TEST_F(SetVerifierTest, LabelOfAnotherIdentity) {
    poke(rec, offsets[3] + to_label, {0x00, 0x00, 0x80, 0x3f});  // 1.0f: in range, but in identity 0's images
    expect_first_bad(offsets[13], "identity record 13 names images of more than one class");
}

TEST_F(SetVerifierTest, FlippedByteInJpegMarker) {
    poke(rec, offsets[9] + to_jpeg, {0});
    expect_first_bad(offsets[9],
                     "record 9 at byte " + std::to_string(offsets[9]) + ": expected a JPEG image");
}

TEST_F(SetVerifierTest, SeveralBadRecordsAreCountedAndTheFirstNamed) {
    for (const std::size_t i : {11u, 4u, 8u}) poke(rec, offsets[i] + to_jpeg, {0});
    expect_first_bad(offsets[4], "record 4");
    EXPECT_EQ(verify().bad_records, 3);
    EXPECT_EQ(verify().images, 9);
}

TEST_F(SetVerifierTest, TruncatedFileWithAndWithoutIndex) {
    std::filesystem::remove(set / "train.idx");
    std::filesystem::resize_file(rec, offsets[16] + 8);
    expect_first_bad(offsets[16], "past the end of the file");
}

TEST_F(SetVerifierTest, IdentityRecordThatNamesImagesThatAreNot) {
    poke(rec, offsets[14] + to_jpeg, {0x00, 0x00, 0x80, 0xbf});  // -1.0f
    expect_first_bad(offsets[14], "identity record 14 names images outside 1 to 12");
}

TEST_F(SetVerifierTest, DamagedRecordZero) {
    poke(rec, 0, {0});
    expect_first_bad(0, "expected the record magic");
}

TEST_F(SetVerifierTest, RecordsThatTheIndexLeavesOut) {
    const std::string text = read_text(set / "train.idx");
    write_text(set / "train.idx", text.substr(0, text.find("\n16\t") + 1));
    const VerifyResult found = verify();
    EXPECT_FALSE(found.ok);
    EXPECT_FALSE(found.first_bad_offset);
    EXPECT_THAT(found.first_problem, HasSubstr("lacks identity record 16"));
}

TEST_F(SetVerifierTest, IndexOfAPlainListThatIsTooShort) {
    const TempFolder list;
    const Bytes jpeg = grey_jpeg(50);
    write_set(list.path(), {labelled(0, jpeg), labelled(1, jpeg)}, 2);
    write_text(list / "train.idx", "0\t0\n");
    const VerifyResult found = verify_set(list.path(), 1, [](auto, auto) {});
    EXPECT_FALSE(found.ok);
    EXPECT_THAT(found.first_problem, HasSubstr("holds 2 records but train.idx lists 1"));
}

// Whatever a byte says, it is checked before it is believed: no damage may end in anything but a finding or
// an Error. Under the sanitizers this also shows that nothing is read outside the files.
TEST_F(SetVerifierTest, RandomDamageIsAlwaysAFindingOrAnError) {
    Random random(1);
    for (const char* name : {"train.rec", "train.idx", "property"}) {
        const std::string whole = read_text(set / name);
        for (int i = 0; i < 100; ++i) {
            // The first bytes of a record decide most: damage them as often as all the rest.
            const auto near = i % 2 == 0 && set / name == rec
                                  ? offsets[random.below(17)] + random.below(40)
                                  : random.below(static_cast<std::uint32_t>(whole.size()));
            if (near >= whole.size()) continue;
            poke(set / name, near, {static_cast<std::uint8_t>(random.below(256))});
            try {
                verify(1);
            } catch (const Error& error) {
                EXPECT_NE(error.code(), ErrorCode::internal) << error.what();
            }
            write_text(set / name, whole);
        }
    }
}

}  // namespace
}  // namespace arcmeter::data

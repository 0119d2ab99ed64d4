// SPDX-License-Identifier: Apache-2.0
#include "engine/data/record_index.h"

#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::HasSubstr;

class RecordIndexTest : public ::testing::Test {
protected:
    RecordIndexTest() {
        RecordWriter writer(folder / "train.rec");
        for (std::uint8_t i = 0; i < 4; ++i) writer.write(Bytes{i, 0, 0, 0});  // 12 bytes each
    }

    RecordIndex load(const std::string& text) {
        write_text(folder / "train.idx", text);
        return RecordIndex::load(folder / "train.idx", RecordReader(folder / "train.rec"));
    }
    Error load_error(const std::string& text) {
        return error_of([&] { load(text); });
    }

    TempFolder folder;
};

TEST_F(RecordIndexTest, ReadsLinesWithEitherLineEndAndWithoutTheLast) {
    const RecordIndex index = load("0\t0\n1\t12\r\n2\t24");
    ASSERT_EQ(index.size(), 3u);
    EXPECT_EQ(index.key(2), 2u);
    EXPECT_EQ(index.offset(2), 24u);
    EXPECT_EQ(index.position_of(1), 1u);
    EXPECT_FALSE(index.position_of(3));
}

TEST_F(RecordIndexTest, SortsKeysThatAreSparseAndOutOfOrder) {
    const RecordIndex index = load("9\t0\n3\t36\n5\t12\n");
    ASSERT_EQ(index.size(), 3u);
    EXPECT_EQ(index.key(0), 3u);
    EXPECT_EQ(index.offset(0), 36u);
    EXPECT_EQ(index.offset(2), 0u);
    EXPECT_EQ(index.position_of(5), 1u);
    EXPECT_FALSE(index.position_of(4));
    EXPECT_FALSE(index.position_of(10));
}

TEST_F(RecordIndexTest, BadLinesAreNamed) {
    for (const char* bad :
         {"1 12", "1\t", "\t12", "one\t12", "1\t12x", "1\t-4", "", "1\t99999999999999999999999"}) {
        const Error error = load_error("0\t0\n" + std::string(bad) + "\n2\t24\n");
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt) << bad;
        EXPECT_THAT(error.what(),
                    HasSubstr("train.idx, line 2 (byte 4): expected 'key<TAB>offset' but found '"));
    }
}

TEST_F(RecordIndexTest, OffsetPastTheEndOrNotAlignedIsRefused) {
    for (const char* bad : {"48", "18446744073709551612", "13"}) {
        const Error error = load_error("0\t0\n1\t" + std::string(bad) + "\n");
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt);
        EXPECT_THAT(error.what(), HasSubstr("line 2 (byte 4): offset " + std::string(bad) + " of record 1"));
        EXPECT_THAT(error.what(), HasSubstr("48 bytes of train.rec"));
    }
}

TEST_F(RecordIndexTest, AKeyThatComesTwiceIsRefused) {
    EXPECT_THAT(load_error("0\t0\n1\t12\n0\t24\n").what(), HasSubstr("key 0 comes twice"));
}

TEST_F(RecordIndexTest, ScanFindsEveryRecord) {
    const RecordIndex index = RecordIndex::scan(RecordReader(folder / "train.rec"));
    ASSERT_EQ(index.size(), 4u);
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_EQ(index.offset(i), 12 * i);
}

TEST_F(RecordIndexTest, ScanOfATruncatedFileSaysWhere) {
    std::filesystem::resize_file(folder / "train.rec", 44);
    EXPECT_THAT(error_of([&] { RecordIndex::scan(RecordReader(folder / "train.rec")); }).what(),
                HasSubstr("record at byte 36"));
}

}  // namespace
}  // namespace arcmeter::data

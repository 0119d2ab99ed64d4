// SPDX-License-Identifier: Apache-2.0
#include "engine/data/record_io.h"

#include <cstring>

#include "tests/engine/data/test_files.h"

namespace arcmeter::data {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

Bytes words(std::initializer_list<std::uint32_t> values) {
    Bytes bytes;
    for (const std::uint32_t value : values) {
        for (int shift = 0; shift < 32; shift += 8)
            bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return bytes;
}

Bytes file_bytes(const std::filesystem::path& path) {
    const std::string text = read_text(path);
    return {text.begin(), text.end()};
}

class RecordIo : public ::testing::Test {
protected:
    void write(const std::vector<Bytes>& payloads) {
        RecordWriter writer(path);
        for (const Bytes& payload : payloads) offsets.push_back(writer.write(payload));
        writer.close();
    }

    Error read_error(std::uint64_t offset) {
        const RecordReader reader(path);
        Bytes scratch;
        return error_of([&] { reader.read(offset, scratch); });
    }

    TempFolder folder;
    std::filesystem::path path = folder / "train.rec";
    std::vector<std::uint64_t> offsets;
};

TEST_F(RecordIo, WritesTheBytesOfTheFormat) {
    write({{1, 2, 3, 4, 5}});
    EXPECT_THAT(file_bytes(path), ElementsAreArray(words({0xced7230a, 5, 0x04030201, 5})));
}

TEST_F(RecordIo, SplitsAtAlignedMagicAndDropsIt) {
    write({words({7, record_magic, 8})});
    EXPECT_THAT(file_bytes(path),
                ElementsAreArray(words({record_magic, (1u << 29) | 4, 7, record_magic, (3u << 29) | 4, 8})));
}

TEST_F(RecordIo, ReadsBackEveryPlaceAndNumberOfMagics) {
    Bytes unaligned(3, 0);
    const Bytes magic = words({record_magic});
    unaligned.insert(unaligned.end(), magic.begin(), magic.end());
    const std::vector<Bytes> payloads{{},
                                      {1},
                                      words({1, 2, 3}),
                                      magic,
                                      words({record_magic, record_magic}),
                                      words({record_magic, 1}),
                                      words({1, record_magic}),
                                      words({1, record_magic, record_magic, 2, record_magic, 3}),
                                      unaligned};
    write(payloads);
    const RecordReader reader(path);
    Bytes scratch;
    std::uint64_t offset = 0;
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        EXPECT_EQ(offset, offsets[i]);
        const Record record = reader.read(offset, scratch);
        EXPECT_THAT(Bytes(record.payload.begin(), record.payload.end()), ElementsAreArray(payloads[i])) << i;
        EXPECT_EQ(record.end, reader.skip(offset));
        offset = record.end;
    }
    EXPECT_EQ(offset, reader.file_size());
}

TEST_F(RecordIo, WrongMagicNamesFileOffsetAndWhatWasExpected) {
    write({{1, 2, 3, 4}, {5, 6, 7, 8}});
    poke(path, offsets[1], {0x0b});
    const Error error = read_error(offsets[1]);
    EXPECT_EQ(error.code(), ErrorCode::data_corrupt);
    EXPECT_THAT(error.what(), HasSubstr(path.string() + ", record at byte 12"));
    EXPECT_THAT(error.what(),
                HasSubstr("expected the record magic 0xced7230a at byte 12 but found 0xced7230b"));
}

TEST_F(RecordIo, FileCutInHeaderPayloadOrPaddingIsTruncated) {
    write({words({1}), {1, 2, 3, 4, 5}});
    const auto size = std::filesystem::file_size(path);
    for (const std::uint64_t cut : {size - 1, size - 4, size - 9, size - 15}) {
        std::filesystem::resize_file(path, cut);
        const Error error = read_error(offsets[1]);
        EXPECT_EQ(error.code(), ErrorCode::data_corrupt) << cut;
        EXPECT_THAT(error.what(), HasSubstr("end")) << cut;
    }
}

TEST_F(RecordIo, OffsetPastTheEndIsRefused) {
    write({{1}});
    EXPECT_EQ(read_error(12).code(), ErrorCode::data_corrupt);
    EXPECT_EQ(read_error(std::uint64_t{0} - 4).code(), ErrorCode::data_corrupt);
}

TEST_F(RecordIo, LengthPastTheEndIsRefused) {
    write({{1}, {2}});
    poke(path, offsets[1] + 4, {0xff, 0xff, 0xff, 0x1f});
    EXPECT_THAT(read_error(offsets[1]).what(), HasSubstr("536870911 bytes from byte 12 go past the end"));
}

TEST_F(RecordIo, BrokenContinuationsAreRefused) {
    write({words({1, record_magic, 2}), words({3})});
    EXPECT_THAT(read_error(12).what(), HasSubstr("a whole record or a first part at byte 12 but found "
                                                 "continuation flag 3"));
    poke(path, 16 + 3, {0x00});  // the last part says it is a whole record
    EXPECT_THAT(read_error(0).what(),
                HasSubstr("a middle or last part at byte 12 but found continuation flag 0"));
    poke(path, 16 + 3, {0xe0});  // no such flag
    EXPECT_THAT(read_error(0).what(), HasSubstr("continuation flag 7"));
    poke(path, 16 + 3, {0x40});  // a middle part, then a new record
    EXPECT_THAT(read_error(0).what(), HasSubstr("a middle or last part at byte 24"));
}

TEST_F(RecordIo, MissingFileAndFolderInItsPlaceAreDataMissing) {
    EXPECT_EQ(error_of([&] { RecordReader reader(path); }).code(), ErrorCode::data_missing);
    std::filesystem::create_directory(path);
    EXPECT_THAT(error_of([&] { RecordReader reader(path); }).what(), HasSubstr("not a regular file"));
}

TEST_F(RecordIo, WriterRefusesAFolderThatIsNotThere) {
    EXPECT_EQ(error_of([&] { RecordWriter writer(folder / "no" / "train.rec"); }).code(),
              ErrorCode::invalid_config);
}

TEST(ImageRecordTest, BothLabelFormsRoundTrip) {
    const Bytes image{9, 8, 7};
    ImageRecord one = labelled(41, image);
    one.id = 12345678901;
    one.id2 = 6;
    const Bytes payload = serialize_image_record(one);
    EXPECT_EQ(payload.size(), 24u + 3u);
    const ImageRecord read_one = parse_image_record(payload, "f", 0);
    EXPECT_EQ(read_one.flag, 0u);
    EXPECT_THAT(read_one.labels, ElementsAre(41));
    EXPECT_EQ(read_one.id, one.id);
    EXPECT_EQ(read_one.id2, one.id2);
    EXPECT_THAT(Bytes(read_one.image.begin(), read_one.image.end()), ElementsAreArray(image));

    const Bytes many_payload = serialize_image_record(with_labels({3, 4, 5}, image));
    const ImageRecord many = parse_image_record(many_payload, "f", 0);
    EXPECT_EQ(many.flag, 3u);
    EXPECT_THAT(many.labels, ElementsAre(3, 4, 5));
    EXPECT_THAT(Bytes(many.image.begin(), many.image.end()), ElementsAreArray(image));
}

TEST(ImageRecordTest, ShortHeaderAndTooFewLabelsAreRefused) {
    EXPECT_THAT(
        error_of([] { parse_image_record(Bytes(23), "f", 8); }).what(),
        HasSubstr("f, record at byte 8: expected an image header of 24 bytes but the record holds 23"));
    Bytes payload = serialize_image_record(with_labels({1, 2}));
    std::memset(payload.data(), 0xff, 4);  // announces 2^32 - 1 labels
    EXPECT_THAT(error_of([&] { parse_image_record(payload, "f", 0); }).what(),
                HasSubstr("announces 4294967295 labels but only 8 bytes follow"));
}

}  // namespace
}  // namespace arcmeter::data

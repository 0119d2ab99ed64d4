// SPDX-License-Identifier: Apache-2.0
#include "engine/data/record_io.h"

#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace arcmeter::data {

static_assert(std::endian::native == std::endian::little, "RecordIO is read in place and is little-endian");

namespace {

enum Continuation : std::uint32_t { whole = 0, first = 1, middle = 2, last = 3 };

constexpr std::uint64_t part_header_bytes = 8;
constexpr std::uint64_t image_header_bytes = 24;
constexpr std::uint32_t length_mask = (1u << 29) - 1;

template <typename T>
T load(const std::uint8_t* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

/// Copies to `at` and returns the place after it.
template <typename T>
std::uint8_t* store(std::uint8_t* at, std::span<const T> values) {
    if (!values.empty()) std::memcpy(at, values.data(), values.size_bytes());
    return at + values.size_bytes();
}

template <typename T>
std::uint8_t* store(std::uint8_t* at, T value) {
    return store(at, std::span<const T>(&value, 1));
}

std::string hex(std::uint32_t value) {
    char text[16];
    std::snprintf(text, sizeof(text), "0x%08x", value);
    return text;
}

std::uint64_t padded(std::uint64_t length) {
    return (length + 3) & ~std::uint64_t{3};
}

}  // namespace

RecordError::RecordError(const std::filesystem::path& file, std::uint64_t offset,
                         const std::string& what_is_wrong)
    : Error(ErrorCode::data_corrupt,
            file.string() + ", record at byte " + std::to_string(offset) + ": " + what_is_wrong,
            "Copy the set again or check it with: arcmeter-engine dataset verify"),
      offset_(offset) {}

struct RecordReader::Part {
    Continuation continuation;
    std::span<const std::uint8_t> bytes;
    std::uint64_t end;
};

RecordReader::Part RecordReader::part_at(std::uint64_t record_offset, std::uint64_t part_offset,
                                         bool is_first) const {
    const auto fail = [&](const std::string& what) -> RecordError { return {path(), record_offset, what}; };
    const std::uint64_t size = file_.size();
    if (part_offset > size || size - part_offset < part_header_bytes) {
        throw fail("expected a record header at byte " + std::to_string(part_offset) +
                   " but the file ends at byte " + std::to_string(size));
    }
    const std::uint8_t* header = file_.bytes().data() + part_offset;
    const auto magic = load<std::uint32_t>(header);
    if (magic != record_magic) {
        throw fail("expected the record magic " + hex(record_magic) + " at byte " +
                   std::to_string(part_offset) + " but found " + hex(magic));
    }
    const auto word = load<std::uint32_t>(header + 4);
    const std::uint32_t continuation = word >> 29;
    const bool begins = continuation == whole || continuation == first;
    if (continuation > last || begins != is_first) {
        throw fail("expected " +
                   std::string(is_first ? "a whole record or a first part" : "a middle or last part") +
                   " at byte " + std::to_string(part_offset) + " but found continuation flag " +
                   std::to_string(continuation));
    }
    const std::uint64_t length = word & length_mask;
    if (size - part_offset - part_header_bytes < padded(length)) {
        throw fail("its " + std::to_string(length) + " bytes from byte " + std::to_string(part_offset) +
                   " go past the end of the file at byte " + std::to_string(size));
    }
    return {static_cast<Continuation>(continuation),
            {header + part_header_bytes, length},
            part_offset + part_header_bytes + padded(length)};
}

Record RecordReader::read(std::uint64_t offset, std::vector<std::uint8_t>& scratch) const {
    Part part = part_at(offset, offset, true);
    if (part.continuation == whole) return {part.bytes, part.end};
    scratch.assign(part.bytes.begin(), part.bytes.end());
    while (part.continuation != last) {
        part = part_at(offset, part.end, false);
        const std::size_t before = scratch.size();
        scratch.resize(before + sizeof(record_magic) + part.bytes.size());
        store(store(scratch.data() + before, record_magic), part.bytes);
    }
    return {scratch, part.end};
}

std::uint64_t RecordReader::skip(std::uint64_t offset) const {
    Part part = part_at(offset, offset, true);
    while (part.continuation == first || part.continuation == middle) part = part_at(offset, part.end, false);
    return part.end;
}

RecordWriter::RecordWriter(const std::filesystem::path& path)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
    if (!file_) {
        throw Error(ErrorCode::invalid_config,
                    path.string() + " cannot be written: " + std::generic_category().message(errno),
                    "Choose another output folder.");
    }
}

std::uint64_t RecordWriter::write(std::span<const std::uint8_t> payload) {
    if (payload.size() > max_record_bytes) {
        throw Error(ErrorCode::internal, "a record of " + std::to_string(payload.size()) +
                                             " bytes is above RecordIO's limit of " +
                                             std::to_string(max_record_bytes));
    }
    const std::uint64_t start = position_;
    std::size_t part_begin = 0;
    for (std::size_t i = 0; i + 4 <= payload.size(); i += 4) {
        if (load<std::uint32_t>(payload.data() + i) != record_magic) continue;
        write_part(part_begin == 0 ? first : middle, payload.subspan(part_begin, i - part_begin));
        part_begin = i + 4;
    }
    write_part(part_begin == 0 ? whole : last, payload.subspan(part_begin));
    return start;
}

void RecordWriter::write_part(std::uint32_t continuation, std::span<const std::uint8_t> part) {
    const std::uint32_t header[2] = {record_magic,
                                     (continuation << 29) | static_cast<std::uint32_t>(part.size())};
    const char zeros[4] = {};
    const std::uint64_t padding = padded(part.size()) - part.size();
    errno = 0;
    file_.write(reinterpret_cast<const char*>(header), sizeof(header));
    file_.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size()));
    file_.write(zeros, static_cast<std::streamsize>(padding));
    if (!file_) {
        throw Error(ErrorCode::internal,
                    path_.string() + " could not be written: " + std::generic_category().message(errno));
    }
    position_ += part_header_bytes + part.size() + padding;
}

void RecordWriter::close() {
    errno = 0;
    file_.close();
    if (!file_) {
        throw Error(ErrorCode::internal,
                    path_.string() + " could not be written: " + std::generic_category().message(errno));
    }
}

ImageRecord parse_image_record(std::span<const std::uint8_t> payload, const std::filesystem::path& file,
                               std::uint64_t offset) {
    if (payload.size() < image_header_bytes) {
        throw RecordError(
            file, offset,
            "expected an image header of 24 bytes but the record holds " + std::to_string(payload.size()));
    }
    ImageRecord record;
    record.flag = load<std::uint32_t>(payload.data());
    record.id = load<std::uint64_t>(payload.data() + 8);
    record.id2 = load<std::uint64_t>(payload.data() + 16);
    const std::uint64_t label_bytes = 4 * std::uint64_t{record.flag};
    if (payload.size() - image_header_bytes < label_bytes) {
        throw RecordError(file, offset,
                          "its header announces " + std::to_string(record.flag) + " labels but only " +
                              std::to_string(payload.size() - image_header_bytes) + " bytes follow");
    }
    if (record.flag == 0) {
        record.labels = {load<float>(payload.data() + 4)};
    } else {
        record.labels.resize(record.flag);
        std::memcpy(record.labels.data(), payload.data() + image_header_bytes, label_bytes);
    }
    record.image = payload.subspan(image_header_bytes + label_bytes);
    return record;
}

std::vector<std::uint8_t> serialize_image_record(const ImageRecord& record) {
    const std::size_t expected = record.flag == 0 ? 1 : record.flag;
    if (record.labels.size() != expected) {
        throw Error(ErrorCode::internal, "an image record with flag " + std::to_string(record.flag) +
                                             " needs " + std::to_string(expected) + " labels, not " +
                                             std::to_string(record.labels.size()));
    }
    const std::span<const float> labels(record.labels);
    const bool labels_follow = record.flag > 0;
    std::vector<std::uint8_t> payload(image_header_bytes + (labels_follow ? labels.size_bytes() : 0) +
                                      record.image.size());
    std::uint8_t* at = store(payload.data(), record.flag);
    at = store(at, labels_follow ? 0.0f : labels[0]);
    at = store(at, record.id);
    at = store(at, record.id2);
    if (labels_follow) at = store(at, labels);
    store(at, record.image);
    return payload;
}

}  // namespace arcmeter::data

// SPDX-License-Identifier: Apache-2.0
// RecordIO as dmlc-core writes it, and the image record that MXNet puts inside.
//
// A record: uint32 magic, uint32 whose top 3 bits say whole / first / middle / last part and whose low 29
// bits are the part's length, the bytes, zeros up to a multiple of 4. A payload that holds the magic at a
// 4-byte-aligned place is split there, the magic itself is dropped, and the reader puts it back between the
// parts. Everything is little-endian (dmlc-core, src/recordio.cc; MXNet, python/mxnet/recordio.py).
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "engine/data/mapped_file.h"
#include "engine/protocol/error.h"

namespace arcmeter::data {

inline constexpr std::uint32_t record_magic = 0xced7230a;
inline constexpr std::uint64_t max_record_bytes = (1u << 29) - 1;

/// Error data_corrupt that knows where: the byte offset in the file at which the bad record starts.
class RecordError : public Error {
public:
    RecordError(const std::filesystem::path& file, std::uint64_t offset, const std::string& what_is_wrong);
    std::uint64_t offset() const { return offset_; }

private:
    std::uint64_t offset_;
};

struct Record {
    std::span<const std::uint8_t>
        payload;            ///< in the mapped file, or in the caller's scratch if it had parts
    std::uint64_t end = 0;  ///< offset of the record after this one
};

/// Reads records from a memory-mapped file. Const methods may be called from any thread, each with its own
/// scratch.
class RecordReader {
public:
    explicit RecordReader(const std::filesystem::path& path) : file_(path) {}

    /// The record that starts at `offset`. Throws RecordError if what lies there is not a whole record.
    Record read(std::uint64_t offset, std::vector<std::uint8_t>& scratch) const;

    /// Offset after the record at `offset`, with the same checks, without touching its payload.
    std::uint64_t skip(std::uint64_t offset) const;

    std::uint64_t file_size() const { return file_.size(); }
    const std::filesystem::path& path() const { return file_.path(); }
    void advise(Access access) const { file_.advise(access); }

private:
    struct Part;
    Part part_at(std::uint64_t record_offset, std::uint64_t part_offset, bool is_first) const;

    MappedFile file_;
};

/// Appends records to a new file. Write errors throw Error internal with the system's reason.
class RecordWriter {
public:
    explicit RecordWriter(const std::filesystem::path& path);

    /// Writes one record and returns the offset at which it starts.
    std::uint64_t write(std::span<const std::uint8_t> payload);

    std::uint64_t bytes_written() const { return position_; }
    void close();

private:
    void write_part(std::uint32_t continuation, std::span<const std::uint8_t> part);

    std::filesystem::path path_;
    std::ofstream file_;
    std::uint64_t position_ = 0;
};

/// MXNet's IRHeader and what follows it: uint32 flag, float label, uint64 id, uint64 id2; with flag > 0 that
/// many floats follow and are the labels instead.
struct ImageRecord {
    std::uint32_t flag = 0;
    std::vector<float> labels;  ///< one for flag 0, `flag` of them otherwise
    std::uint64_t id = 0;
    std::uint64_t id2 = 0;
    std::span<const std::uint8_t> image;  ///< the encoded image; empty in header and identity records
};

/// Throws RecordError naming `file` and `offset` if the payload is too short for what its header says.
ImageRecord parse_image_record(std::span<const std::uint8_t> payload, const std::filesystem::path& file,
                               std::uint64_t offset);

std::vector<std::uint8_t> serialize_image_record(const ImageRecord& record);

}  // namespace arcmeter::data

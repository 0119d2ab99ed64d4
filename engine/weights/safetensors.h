// SPDX-License-Identifier: Apache-2.0
// Safetensors files (huggingface/safetensors): uint64 header length, JSON header, then the tensors' bytes
// without holes, little-endian and in C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/data/mapped_file.h"
#include "engine/weights/output_file.h"

namespace arcmeter::weights {

using Metadata = std::map<std::string, std::string>;
using TensorShape = std::vector<std::int64_t>;

struct StoredTensor {
    std::string dtype;  ///< the format's name: F32, BF16, I64, ...
    TensorShape shape;
    std::uint64_t begin = 0;  ///< bytes [begin, end) after the header
    std::uint64_t end = 0;
};

/// Memory-mapped. The constructor checks the whole header: lengths, types, shapes, offsets, overlaps and
/// holes; what is wrong is Error(data_corrupt) naming file and tensor, a file that is not there
/// Error(data_missing).
class SafetensorsFile {
public:
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::map<std::string, StoredTensor>& tensors() const { return tensors_; }
    const Metadata& metadata() const { return metadata_; }
    const std::filesystem::path& path() const { return file_.path(); }

    /// Values of an F32, F16, BF16 or F64 tensor; other types and values that are not finite as float are
    /// refused.
    std::vector<float> read(const std::string& name) const;

private:
    data::MappedFile file_;
    std::map<std::string, StoredTensor> tensors_;
    Metadata metadata_;
    std::span<const std::uint8_t> data_;
};

struct NamedShape {
    std::string name;
    TensorShape shape;
};

/// Writes F32 tensors in the given order, one at a time, so that they need not all be in memory. The file is
/// the caller's.
class SafetensorsWriter {
public:
    SafetensorsWriter(OutputFile& file, std::vector<NamedShape> tensors, const Metadata& metadata);

    /// The next tensor, whole; throws std::logic_error when its size is not its shape's.
    void append(std::span<const float> values);

    /// Throws std::logic_error unless every tensor was appended.
    void commit();

private:
    OutputFile& file_;
    std::vector<NamedShape> tensors_;
    std::size_t next_ = 0;
};

}  // namespace arcmeter::weights

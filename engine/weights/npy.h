// SPDX-License-Identifier: Apache-2.0
// NumPy's NPY files, versions 1.0 and 2.0 (numpy.lib.format): little-endian, C order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/data/mapped_file.h"
#include "engine/weights/output_file.h"

namespace arcmeter::weights {

enum class NpyType { f32, f64, i32, i64 };

/// An array on disk, memory-mapped. A file that is not there is Error(data_missing); one that is not an array
/// of these types in C order, or is longer or shorter than its shape says, is Error(data_corrupt).
class NpyFile {
public:
    explicit NpyFile(const std::filesystem::path& path);

    NpyType type() const { return type_; }
    const std::vector<std::int64_t>& shape() const { return shape_; }
    std::int64_t elements() const { return elements_; }
    const std::filesystem::path& path() const { return file_.path(); }

    /// Elements [first, first + values.size()) of a float32 or float64 array. Refuses integers, and values
    /// that are not finite as float.
    void read_floats(std::int64_t first, std::span<float> values) const;

    /// All elements of an int32 or int64 array; refuses floats.
    std::vector<std::int64_t> read_integers() const;

private:
    data::MappedFile file_;
    NpyType type_ = NpyType::f32;
    std::vector<std::int64_t> shape_;
    std::int64_t elements_ = 0;
    std::span<const std::uint8_t> data_;
};

/// Writes version 1.0 in pieces; T is float, double, std::int32_t or std::int64_t. The file is the caller's.
template <typename T>
class NpyWriter {
public:
    NpyWriter(OutputFile& file, const std::vector<std::int64_t>& shape);

    void append(std::span<const T> values);

    /// Throws std::logic_error unless exactly the shape's elements were appended.
    void commit();

private:
    OutputFile& file_;
    std::int64_t left_ = 0;
};

}  // namespace arcmeter::weights

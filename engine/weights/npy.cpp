// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/npy.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "engine/protocol/error.h"
#include "engine/weights/npy_header.h"

namespace arcmeter::weights {
namespace {

static_assert(std::endian::native == std::endian::little, "the data is copied as it lies in the file");

struct TypeEntry {
    NpyType type;
    const char* descr;
    const char* name;
    std::int64_t bytes;
};

constexpr TypeEntry type_table[] = {{NpyType::f32, "<f4", "float32", 4},
                                    {NpyType::f64, "<f8", "float64", 8},
                                    {NpyType::i32, "<i4", "int32", 4},
                                    {NpyType::i64, "<i8", "int64", 8}};

const TypeEntry& entry_of(NpyType type) {
    return type_table[static_cast<std::size_t>(type)];
}

[[noreturn]] void throw_corrupt(const std::filesystem::path& path, const std::string& what) {
    throw Error(ErrorCode::data_corrupt, path.string() + " cannot be used: " + what + ".");
}

/// The dictionary's text; `data_offset` is where the array begins.
std::string_view header_text(const data::MappedFile& file, std::uint64_t& data_offset) {
    const auto bytes = file.bytes();
    if (bytes.size() < 10 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0) {
        throw_corrupt(file.path(), "it is not an NPY file");
    }
    const int major = bytes[6];
    if ((major != 1 && major != 2) || bytes[7] != 0) {
        throw_corrupt(file.path(), "it is of NPY version " + std::to_string(major) + "." +
                                       std::to_string(bytes[7]) + "; allowed: 1.0, 2.0");
    }
    const std::uint64_t preamble = major == 1 ? 10 : 12;
    if (bytes.size() < preamble) throw_corrupt(file.path(), "it ends inside its header");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data() + 8, preamble - 8);
    if (length > bytes.size() - preamble) throw_corrupt(file.path(), "it ends inside its header");
    data_offset = preamble + length;
    return {reinterpret_cast<const char*>(bytes.data()) + preamble, static_cast<std::size_t>(length)};
}

NpyHeader checked_header(const data::MappedFile& file, std::string_view text) {
    try {
        NpyHeader header = parse_npy_header(text);
        if (header.fortran_order) throw std::invalid_argument("it is in Fortran order; allowed: C order");
        return header;
    } catch (const std::invalid_argument& error) {
        throw_corrupt(file.path(), error.what());
    }
}

NpyType type_of(const std::filesystem::path& path, const std::string& descr) {
    for (const TypeEntry& entry : type_table) {
        if (descr == entry.descr) return entry.type;
    }
    throw_corrupt(path, "its type is '" + descr + "'; allowed: '<f4', '<f8', '<i4', '<i8'");
}

std::int64_t checked_elements(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
                              std::int64_t element_bytes, std::uint64_t data_bytes) {
    std::int64_t bytes = element_bytes;
    for (const std::int64_t size : shape) {
        if (__builtin_mul_overflow(bytes, size, &bytes))
            throw_corrupt(path, "its shape is larger than any file");
    }
    if (static_cast<std::uint64_t>(bytes) != data_bytes) {
        throw_corrupt(path, "its shape needs " + std::to_string(bytes) + " bytes and " +
                                std::to_string(data_bytes) + " follow its header");
    }
    return bytes / element_bytes;
}

template <typename From, typename To>
void convert(const std::uint8_t* data, std::span<To> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        From value;
        std::memcpy(&value, data + i * sizeof(From), sizeof(From));
        values[i] = static_cast<To>(value);
    }
}

template <typename T>
NpyType type_for() {
    if constexpr (std::is_same_v<T, float>) return NpyType::f32;
    if constexpr (std::is_same_v<T, double>) return NpyType::f64;
    if constexpr (std::is_same_v<T, std::int32_t>) return NpyType::i32;
    if constexpr (std::is_same_v<T, std::int64_t>) return NpyType::i64;
}

}  // namespace

NpyFile::NpyFile(const std::filesystem::path& path) : file_(path) {
    std::uint64_t offset = 0;
    const NpyHeader header = checked_header(file_, header_text(file_, offset));
    type_ = type_of(path, header.descr);
    shape_ = header.shape;
    data_ = file_.bytes().subspan(offset);
    elements_ = checked_elements(path, shape_, entry_of(type_).bytes, data_.size());
}

void NpyFile::read_floats(std::int64_t first, std::span<float> values) const {
    if (type_ != NpyType::f32 && type_ != NpyType::f64) {
        throw_corrupt(path(),
                      std::string("its type is ") + entry_of(type_).name + "; allowed: float32, float64");
    }
    if (first < 0 || static_cast<std::int64_t>(values.size()) > elements_ - first) {
        throw std::logic_error("read_floats: past the end of " + path().string());
    }
    const std::uint8_t* from = data_.data() + first * entry_of(type_).bytes;
    if (type_ == NpyType::f32) {
        convert<float>(from, values);
    } else {
        convert<double>(from, values);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw_corrupt(path(), "element " + std::to_string(first + static_cast<std::int64_t>(i)) +
                                      " is not a finite float");
        }
    }
}

std::vector<std::int64_t> NpyFile::read_integers() const {
    std::vector<std::int64_t> values(static_cast<std::size_t>(elements_));
    if (type_ == NpyType::i32) {
        convert<std::int32_t>(data_.data(), std::span(values));
    } else if (type_ == NpyType::i64) {
        convert<std::int64_t>(data_.data(), std::span(values));
    } else {
        throw_corrupt(path(), std::string("its type is ") + entry_of(type_).name + "; allowed: int32, int64");
    }
    return values;
}

template <typename T>
NpyWriter<T>::NpyWriter(OutputFile& file, const std::vector<std::int64_t>& shape) : file_(file), left_(1) {
    for (const std::int64_t size : shape) left_ *= size;
    const std::string header = npy_header_bytes({entry_of(type_for<T>()).descr, false, shape});
    file_.append(std::as_bytes(std::span(header)));
}

template <typename T>
void NpyWriter<T>::append(std::span<const T> values) {
    left_ -= static_cast<std::int64_t>(values.size());
    file_.append(std::as_bytes(values));
}

template <typename T>
void NpyWriter<T>::commit() {
    if (left_ != 0) throw std::logic_error("NpyWriter: the number of elements differs from the shape");
    file_.commit();
}

template class NpyWriter<float>;
template class NpyWriter<double>;
template class NpyWriter<std::int32_t>;
template class NpyWriter<std::int64_t>;

}  // namespace arcmeter::weights

// SPDX-License-Identifier: Apache-2.0
#include "engine/weights/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

#include "engine/protocol/error.h"
#include "engine/weights/half_float.h"
#include "kernels/math/bfloat16.h"

namespace arcmeter::weights {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the data is copied as it lies in the file");

/// As the format's own reader: no real header comes near it.
constexpr std::uint64_t longest_header = 100'000'000;

struct DtypeEntry {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr DtypeEntry dtype_table[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1},
                                      {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},
                                      {"I32", 4},  {"F32", 4}, {"U64", 8}, {"I64", 8},     {"F64", 8}};

std::optional<std::uint64_t> bytes_of_dtype(std::string_view name) {
    for (const DtypeEntry& entry : dtype_table) {
        if (entry.name == name) return entry.bytes;
    }
    return std::nullopt;
}

[[noreturn]] void throw_corrupt(const std::filesystem::path& path, const std::string& what) {
    throw Error(ErrorCode::data_corrupt, path.string() + " cannot be used: " + what + ".");
}

/// Names come from the file: shortened, and only as the JSON text that they are.
std::string shown(const std::string& name) {
    return json(name.substr(0, 100)).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view header_text(const data::MappedFile& file) {
    const auto bytes = file.bytes();
    std::uint64_t length = 0;
    if (bytes.size() < sizeof length) throw_corrupt(file.path(), "it is too short for a safetensors file");
    std::memcpy(&length, bytes.data(), sizeof length);
    if (length > longest_header || length > bytes.size() - sizeof length) {
        throw_corrupt(file.path(), "its header claims " + std::to_string(length) + " bytes of a file of " +
                                       std::to_string(bytes.size()));
    }
    return {reinterpret_cast<const char*>(bytes.data()) + sizeof length, static_cast<std::size_t>(length)};
}

/// JSON keeps the last of two equal keys; two tensors of one name must be refused instead.
json parse_header(const std::filesystem::path& path, std::string_view text) {
    std::set<std::string> names;
    std::optional<std::string> repeated;
    const auto note_names = [&](int depth, json::parse_event_t event, json& value) {
        if (event == json::parse_event_t::key && depth == 1 &&
            !names.insert(value.get<std::string>()).second) {
            repeated = value.get<std::string>();
        }
        return true;
    };
    json header = json::parse(text.begin(), text.end(), note_names, false);
    if (!header.is_object()) throw_corrupt(path, "its header is not a JSON object");
    if (repeated) throw_corrupt(path, "its header names " + shown(*repeated) + " twice");
    return header;
}

Metadata parse_metadata(const std::filesystem::path& path, const json& object) {
    if (!object.is_object()) throw_corrupt(path, "its __metadata__ is not an object");
    Metadata metadata;
    for (const auto& [key, value] : object.items()) {
        if (!value.is_string()) throw_corrupt(path, "its __metadata__ " + shown(key) + " is not a string");
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

/// Reads one entry of the header; throws std::invalid_argument saying what is wrong with it.
class TensorEntry {
public:
    TensorEntry(const json& entry, std::uint64_t data_bytes) : entry_(entry), data_bytes_(data_bytes) {}

    StoredTensor parse() const {
        StoredTensor tensor;
        if (!field("dtype").is_string()) throw std::invalid_argument("has a dtype that is not a string");
        tensor.dtype = field("dtype").get<std::string>();
        const auto width = bytes_of_dtype(tensor.dtype);
        if (!width) throw std::invalid_argument("has dtype " + shown(tensor.dtype) + ", which is not known");
        const std::uint64_t bytes = read_shape(*width, tensor.shape);
        read_offsets(tensor);
        if (tensor.end - tensor.begin != bytes) {
            throw std::invalid_argument("needs " + std::to_string(bytes) + " bytes by its shape and has " +
                                        std::to_string(tensor.end - tensor.begin));
        }
        return tensor;
    }

private:
    const json& field(const char* name) const {
        if (!entry_.is_object() || !entry_.contains(name))
            throw std::invalid_argument(std::string("has no ") + name);
        return entry_.at(name);
    }

    static std::uint64_t whole_number(const json& value, const char* name) {
        if (!value.is_number_unsigned()) {
            throw std::invalid_argument(std::string("has ") + name + " that are not whole numbers");
        }
        return value.get<std::uint64_t>();
    }

    std::uint64_t read_shape(std::uint64_t width, TensorShape& shape) const {
        const json& sizes = field("shape");
        if (!sizes.is_array()) throw std::invalid_argument("has a shape that is not a list");
        constexpr std::uint64_t max_size = std::numeric_limits<std::int64_t>::max();
        std::int64_t bytes = static_cast<std::int64_t>(width);
        for (const json& size : sizes) {
            const std::uint64_t value = whole_number(size, "sizes");
            if (value > max_size || __builtin_mul_overflow(bytes, value, &bytes)) {
                throw std::invalid_argument("has a shape larger than any file");
            }
            shape.push_back(static_cast<std::int64_t>(value));
        }
        return static_cast<std::uint64_t>(bytes);
    }

    void read_offsets(StoredTensor& tensor) const {
        const json& offsets = field("data_offsets");
        if (!offsets.is_array() || offsets.size() != 2) {
            throw std::invalid_argument("has data_offsets that are not two numbers");
        }
        tensor.begin = whole_number(offsets[0], "data_offsets");
        tensor.end = whole_number(offsets[1], "data_offsets");
        if (tensor.begin > tensor.end || tensor.end > data_bytes_) {
            throw std::invalid_argument("lies at bytes " + std::to_string(tensor.begin) + " to " +
                                        std::to_string(tensor.end) + " of " + std::to_string(data_bytes_));
        }
    }

    const json& entry_;
    std::uint64_t data_bytes_;
};

/// The format allows neither overlaps nor bytes that belong to no tensor.
void check_coverage(const std::filesystem::path& path, const std::map<std::string, StoredTensor>& tensors,
                    std::uint64_t data_bytes) {
    using Entry = std::map<std::string, StoredTensor>::value_type;
    std::vector<const Entry*> order;
    for (const Entry& entry : tensors) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
        return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
    });
    std::uint64_t covered = 0;
    for (const Entry* entry : order) {
        if (entry->second.begin != covered) {
            throw_corrupt(path, "tensor " + shown(entry->first) + " begins at byte " +
                                    std::to_string(entry->second.begin) +
                                    ", not where the one before it ends (" + std::to_string(covered) + ")");
        }
        covered = entry->second.end;
    }
    if (covered != data_bytes) {
        throw_corrupt(path, "its tensors take " + std::to_string(covered) + " bytes and " +
                                std::to_string(data_bytes) + " follow the header");
    }
}

template <typename Stored, typename Convert>
std::vector<float> convert(std::span<const std::uint8_t> data, Convert&& to_value) {
    std::vector<float> values(data.size() / sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, data.data() + i * sizeof stored, sizeof stored);
        values[i] = to_value(stored);
    }
    return values;
}

std::int64_t elements_of(const TensorShape& shape) {
    std::int64_t elements = 1;
    for (const std::int64_t size : shape) elements *= size;
    return elements;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path) {
    const std::string_view text = header_text(file_);
    data_ = file_.bytes().subspan(sizeof(std::uint64_t) + text.size());
    const json header = parse_header(path, text);
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            metadata_ = parse_metadata(path, entry);
            continue;
        }
        try {
            tensors_[name] = TensorEntry(entry, data_.size()).parse();
        } catch (const std::invalid_argument& error) {
            throw_corrupt(path, "tensor " + shown(name) + " " + error.what());
        }
    }
    check_coverage(path, tensors_, data_.size());
}

std::vector<float> SafetensorsFile::read(const std::string& name) const {
    const StoredTensor& tensor = tensors_.at(name);
    const auto data = data_.subspan(tensor.begin, tensor.end - tensor.begin);
    std::vector<float> values;
    if (tensor.dtype == "F32") {
        values = convert<float>(data, [](float value) { return value; });
    } else if (tensor.dtype == "F64") {
        values = convert<double>(data, [](double value) { return static_cast<float>(value); });
    } else if (tensor.dtype == "F16") {
        values = convert<std::uint16_t>(data, half_to_float);
    } else if (tensor.dtype == "BF16") {
        values = convert<kernels::bfloat16>(data,
                                            [](kernels::bfloat16 value) { return kernels::to_float(value); });
    } else {
        throw_corrupt(path(), "tensor " + shown(name) + " has dtype " + tensor.dtype +
                                  "; allowed: F32, F16, BF16, F64");
    }
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
        throw_corrupt(path(), "tensor " + shown(name) + " holds a value that is not a finite float");
    }
    return values;
}

SafetensorsWriter::SafetensorsWriter(OutputFile& file, std::vector<NamedShape> tensors,
                                     const Metadata& metadata)
    : file_(file), tensors_(std::move(tensors)) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::int64_t offset = 0;
    for (const NamedShape& tensor : tensors_) {
        const std::int64_t end =
            offset + elements_of(tensor.shape) * static_cast<std::int64_t>(sizeof(float));
        header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');  // so that the data is aligned in memory
    const std::uint64_t length = text.size();
    file_.append(std::as_bytes(std::span(&length, 1)));
    file_.append(std::as_bytes(std::span(text)));
}

void SafetensorsWriter::append(std::span<const float> values) {
    const NamedShape& tensor = tensors_.at(next_++);
    if (static_cast<std::int64_t>(values.size()) != elements_of(tensor.shape)) {
        throw std::logic_error("SafetensorsWriter " + tensor.name +
                               ": the number of values differs from the shape");
    }
    file_.append(std::as_bytes(values));
}

void SafetensorsWriter::commit() {
    if (next_ != tensors_.size()) throw std::logic_error("SafetensorsWriter: not every tensor was written");
    file_.commit();
}

}  // namespace arcmeter::weights

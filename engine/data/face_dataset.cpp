// SPDX-License-Identifier: Apache-2.0
#include "engine/data/face_dataset.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <limits>
#include <sstream>
#include <string>
#include <system_error>

namespace arcmeter::data {

namespace {

/// Below this every whole number is a float32 of its own; 2^24 itself may be 2^24 + 1 rounded.
constexpr float exact_below = 16777216.0f;

std::filesystem::path existing_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) {
        throw Error(ErrorCode::data_missing, "dataset folder " + folder.string() + " is not there",
                    "Choose a folder with train.rec, train.idx and property, or make one with: "
                    "arcmeter-engine dataset make");
    }
    return folder;
}

std::string text_of(float value) {
    std::ostringstream text;
    text << std::setprecision(9) << value;
    return text.str();
}

bool is_key(float value) {
    return std::isfinite(value) && value >= 0 && value < 1e15f && value == std::floor(value);
}

/// Parses 'a,b,c'; nullopt if the text is anything else.
std::optional<SetProperty> parse_property(const std::string& text) {
    SetProperty property;
    std::int64_t* const fields[] = {&property.classes, &property.height, &property.width};
    const char* at = text.data();
    const char* end = text.data() + text.size();
    for (std::int64_t* field : fields) {
        const auto [next, error] = std::from_chars(at, end, *field);
        if (error != std::errc()) return std::nullopt;
        at = next;
        const bool is_last = field == &property.width;
        if (is_last != (at == end) || (!is_last && *at++ != ',')) return std::nullopt;
    }
    return property;
}

RecordIndex index_of(const std::filesystem::path& folder, const RecordReader& records, bool rebuild) {
    return rebuild ? RecordIndex::scan(records) : RecordIndex::load(folder / "train.idx", records);
}

}  // namespace

SetProperty read_property(const std::filesystem::path& folder) {
    const std::filesystem::path path = existing_folder(folder) / "property";
    std::ifstream file(path);
    if (!file) {
        throw Error(ErrorCode::data_missing,
                    path.string() + " cannot be read, it must hold one line 'classes,height,width'",
                    "Write it by hand, for example: 85742,112,112");
    }
    char buffer[256] = {};
    file.read(buffer, sizeof(buffer) - 1);
    std::string text(buffer, static_cast<std::size_t>(file.gcount()));
    std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    const auto property = parse_property(text);
    if (!property) {
        throw Error(ErrorCode::data_corrupt, path.string() + ": expected one line 'classes,height,width'");
    }
    if (property->classes < 1 || property->classes > max_dataset_classes) {
        throw Error(ErrorCode::data_corrupt,
                    path.string() + ": " + std::to_string(property->classes) +
                        " classes, allowed are 1 to 16777216 (labels are stored as float32)");
    }
    if (property->height != image_side || property->width != image_side) {
        throw Error(ErrorCode::data_corrupt, path.string() + ": images of " +
                                                 std::to_string(property->height) + "x" +
                                                 std::to_string(property->width) + ", allowed is 112x112");
    }
    return *property;
}

FaceDataset::FaceDataset(const std::filesystem::path& folder)
    : folder_(existing_folder(folder)),
      records_(folder / "train.rec"),
      property_(read_property(folder)),
      index_was_rebuilt_(!std::filesystem::exists(folder / "train.idx")),
      index_(index_of(folder, records_, index_was_rebuilt_)) {
    if (index_.size() == 0) {
        throw Error(ErrorCode::data_corrupt, records_.path().string() + " and its train.idx hold no records");
    }
    if (index_.size() > std::numeric_limits<std::int32_t>::max()) {
        throw Error(ErrorCode::data_corrupt, records_.path().string() + " holds " +
                                                 std::to_string(index_.size()) +
                                                 " records, allowed are 2147483647");
    }
    find_images();
}

void FaceDataset::find_images() {
    if (const auto zero = index_.position_of(0)) {
        std::vector<std::uint8_t> scratch;
        const std::uint64_t offset = index_.offset(*zero);
        const ImageRecord header =
            parse_image_record(records_.read(offset, scratch).payload, records_.path(), offset);
        if (header.image.empty()) return find_images_of_header(header);
    }
    image_count_ = index_.size();
}

void FaceDataset::find_images_of_header(const ImageRecord& header) {
    const std::uint64_t offset = index_.offset(*index_.position_of(0));
    if (header.flag < 2 || !is_key(header.labels[0]) || !is_key(header.labels[1]) ||
        header.labels[0] > header.labels[1]) {
        throw RecordError(
            records_.path(), offset,
            "record 0 has no image, so it must have flag 2 and the keys of the first identity record "
            "and one past the last, but it has flag " +
                std::to_string(header.flag) + " and first label " + text_of(header.labels[0]));
    }
    const auto end =
        exact_image_end(header.labels[0], index_.size(), [this](auto key) { return has_image(key); });
    const auto first = index_.position_of(1);
    const auto last = end ? index_.position_of(*end - 1) : std::nullopt;
    // Positions are in key order: keys 1 .. end-1 are all there if as many positions lie between them.
    if (!end || !first || !last || *last - *first != *end - 2) {
        throw RecordError(records_.path(), offset,
                          "record 0 says that records 1 to " + text_of(header.labels[0]) +
                              " (exclusive) are images, but train.idx lists " +
                              std::to_string(index_.size()) + " records and not all of these");
    }
    first_image_ = *first;
    image_count_ = *end - 1;
    const bool is_exact = header.labels[1] < exact_below;
    const auto stored_end = static_cast<std::uint64_t>(header.labels[1]);
    identity_records_ =
        KeyRange{*end, is_exact ? stored_end : std::max(*end, index_.key(index_.size() - 1) + 1)};
}

bool FaceDataset::has_image(std::uint64_t key) const {
    const auto position = index_.position_of(key);
    if (!position) return false;
    std::vector<std::uint8_t> scratch;
    const std::uint64_t offset = index_.offset(*position);
    return !parse_image_record(records_.read(offset, scratch).payload, records_.path(), offset).image.empty();
}

LabelledImage FaceDataset::image(std::int64_t index, std::vector<std::uint8_t>& scratch) const {
    const std::uint64_t position = first_image_ + static_cast<std::uint64_t>(index);
    const std::uint64_t offset = index_.offset(position);
    const std::uint64_t key = index_.key(position);
    const ImageRecord record =
        parse_image_record(records_.read(offset, scratch).payload, records_.path(), offset);
    return {checked_label(record.labels[0], key, offset), record.image, key, offset};
}

std::string FaceDataset::describe(const LabelledImage& image) const {
    return records_.path().string() + ", record " + std::to_string(image.key) + " at byte " +
           std::to_string(image.offset);
}

std::int32_t FaceDataset::checked_label(float label, std::uint64_t key, std::uint64_t offset) const {
    if (!is_key(label) || label >= static_cast<float>(property_.classes)) {
        throw RecordError(records_.path(), offset,
                          "record " + std::to_string(key) + " has the label " + text_of(label) +
                              ", allowed are whole numbers from 0 to " +
                              std::to_string(property_.classes - 1));
    }
    return static_cast<std::int32_t>(label);
}

std::optional<std::uint64_t> exact_image_end(float rounded_end, std::uint64_t record_count,
                                             const std::function<bool(std::uint64_t)>& has_image) {
    if (!(rounded_end >= 2)) return std::nullopt;  // at least one image between record 0 and the identities
    const auto rounded = static_cast<std::uint64_t>(rounded_end);
    if (rounded_end < exact_below) return rounded <= record_count ? std::optional(rounded) : std::nullopt;
    const float half_step = (std::nextafter(rounded_end, 1e30f) - rounded_end) / 2;
    const auto slack = static_cast<std::uint64_t>(half_step);
    const std::uint64_t highest = std::min(rounded + slack, record_count);
    for (std::uint64_t key = rounded - slack; key <= highest; ++key) {
        if (!has_image(key)) return has_image(key - 1) ? std::optional(key) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace arcmeter::data

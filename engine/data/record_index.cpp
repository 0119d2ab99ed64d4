// SPDX-License-Identifier: Apache-2.0
#include "engine/data/record_index.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string>
#include <string_view>

namespace arcmeter::data {

namespace {

struct Entry {
    std::uint64_t key;
    std::uint64_t offset;
};

constexpr std::string_view idx_hint =
    "Delete the idx file to have it rebuilt from the rec file, or copy the set again.";

Error bad_line(const std::filesystem::path& path, std::uint64_t line, std::uint64_t byte,
               const std::string& what) {
    return {
        ErrorCode::data_corrupt,
        path.string() + ", line " + std::to_string(line) + " (byte " + std::to_string(byte) + "): " + what,
        std::string(idx_hint)};
}

/// The line may come from a binary file given by mistake: show little of it, and only what a terminal can
/// take.
std::string quoted(std::string_view line) {
    std::string text = "'";
    for (const char c : line.substr(0, 40)) text += (c >= 32 && c < 127) ? c : '?';
    return text + (line.size() > 40 ? "...'" : "'");
}

std::optional<Entry> parse_line(std::string_view line) {
    Entry entry{};
    const char* end = line.data() + line.size();
    const auto key = std::from_chars(line.data(), end, entry.key);
    if (key.ec != std::errc() || key.ptr == end || *key.ptr != '\t') return std::nullopt;
    const auto offset = std::from_chars(key.ptr + 1, end, entry.offset);
    if (offset.ec != std::errc() || offset.ptr != end) return std::nullopt;
    return entry;
}

}  // namespace

RecordIndex RecordIndex::load(const std::filesystem::path& path, const RecordReader& records) {
    const MappedFile file(path);
    file.advise(Access::sequential);
    const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.size());
    RecordIndex index;
    std::uint64_t line_number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t newline = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, newline - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        ++line_number;
        const auto entry = parse_line(line);
        if (!entry)
            throw bad_line(path, line_number, begin, "expected 'key<TAB>offset' but found " + quoted(line));
        if (entry->offset % 4 != 0 || entry->offset >= records.file_size()) {
            throw bad_line(path, line_number, begin,
                           "offset " + std::to_string(entry->offset) + " of record " +
                               std::to_string(entry->key) + " is not a multiple of 4 inside the " +
                               std::to_string(records.file_size()) + " bytes of " +
                               records.path().filename().string());
        }
        index.keys_.push_back(entry->key);
        index.offsets_.push_back(entry->offset);
        begin = newline + 1;
    }
    index.sort_by_key(path);
    return index;
}

void RecordIndex::sort_by_key(const std::filesystem::path& path) {
    if (!std::is_sorted(keys_.begin(), keys_.end())) {
        std::vector<std::uint64_t> order(keys_.size());
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(), [this](auto a, auto b) { return keys_[a] < keys_[b]; });
        std::vector<std::uint64_t> keys(order.size()), offsets(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            keys[i] = keys_[order[i]];
            offsets[i] = offsets_[order[i]];
        }
        keys_ = std::move(keys);
        offsets_ = std::move(offsets);
    }
    const auto twice = std::adjacent_find(keys_.begin(), keys_.end());
    if (twice != keys_.end()) {
        throw Error(
            ErrorCode::data_corrupt,
            path.string() + ": key " + std::to_string(*twice) + " comes twice, each key may come once",
            std::string(idx_hint));
    }
    // Sorted and distinct: the keys are 0, 1, 2, ... exactly if the last one says so.
    if (!keys_.empty() && keys_.back() == keys_.size() - 1) keys_ = {};
}

RecordIndex RecordIndex::scan(const RecordReader& records) {
    RecordIndex index;
    for (std::uint64_t offset = 0; offset < records.file_size(); offset = records.skip(offset)) {
        index.offsets_.push_back(offset);
    }
    return index;
}

std::optional<std::uint64_t> RecordIndex::position_of(std::uint64_t key) const {
    if (keys_.empty()) return key < offsets_.size() ? std::optional(key) : std::nullopt;
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), key);
    if (found == keys_.end() || *found != key) return std::nullopt;
    return static_cast<std::uint64_t>(found - keys_.begin());
}

}  // namespace arcmeter::data

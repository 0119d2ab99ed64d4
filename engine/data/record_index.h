// SPDX-License-Identifier: Apache-2.0
// Where each record of a RecordIO file starts: the contents of train.idx, sorted by key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/data/record_io.h"

namespace arcmeter::data {

/// Positions 0 .. size()-1 are in key order. Where the keys are 0, 1, 2, ... (every insightface set) they
/// take no memory. Immutable once built.
class RecordIndex {
public:
    /// Reads `key<TAB>offset` lines. A line that is neither, an offset that no record of `records` can have
    /// and a key that comes twice are Error data_corrupt naming the line or key.
    static RecordIndex load(const std::filesystem::path& path, const RecordReader& records);

    /// For a set without train.idx: keys count the records in file order, as insightface's writer numbers
    /// them.
    static RecordIndex scan(const RecordReader& records);

    std::uint64_t size() const { return offsets_.size(); }
    std::uint64_t key(std::uint64_t position) const { return keys_.empty() ? position : keys_[position]; }
    std::uint64_t offset(std::uint64_t position) const { return offsets_[position]; }
    std::optional<std::uint64_t> position_of(std::uint64_t key) const;

private:
    void sort_by_key(const std::filesystem::path& path);

    std::vector<std::uint64_t> keys_;  ///< empty where key == position
    std::vector<std::uint64_t> offsets_;
};

}  // namespace arcmeter::data

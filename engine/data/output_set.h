// SPDX-License-Identifier: Apache-2.0
// Writes a set's three files so that they appear whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>

#include "engine/data/face_dataset.h"
#include "engine/data/record_io.h"

namespace arcmeter::data {

/// Everything goes to NAME.part files in the folder; commit() renames them. Without commit the destructor
/// removes them, and the folder too if it was made here.
class OutputSet {
public:
    /// Throws Error invalid_config if the folder exists and holds anything (but .part files of an attempt
    /// that was killed), or cannot be written.
    explicit OutputSet(const std::filesystem::path& folder);
    ~OutputSet();
    OutputSet(const OutputSet&) = delete;
    OutputSet& operator=(const OutputSet&) = delete;

    /// Appends one record under the next key: 0, 1, 2, ...
    void add(std::span<const std::uint8_t> payload);

    void commit(const SetProperty& property);

    /// Size of train.rec so far.
    std::uint64_t bytes_written() const { return records_->bytes_written(); }

private:
    std::filesystem::path part(const char* name) const;
    void write_property(const SetProperty& property) const;

    std::filesystem::path folder_;
    bool made_folder_ = false;
    bool committed_ = false;
    std::uint64_t next_key_ = 0;
    std::optional<RecordWriter> records_;
    std::ofstream index_;
};

}  // namespace arcmeter::data

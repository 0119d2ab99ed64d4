// SPDX-License-Identifier: Apache-2.0
// A file that appears whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace arcmeter::weights {

/// Everything goes to PATH.part; commit() renames it to PATH, over a file that was there. Without commit the
/// destructor removes it. Used from one thread.
class OutputFile {
public:
    /// Opens PATH.part at once, so that a path that cannot be written is Error(invalid_config) before any
    /// work.
    explicit OutputFile(std::filesystem::path path);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Throws Error(internal) when the disk is full or fails; so does commit().
    void append(std::span<const std::byte> bytes);
    void commit();

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    std::filesystem::path part_;
    int descriptor_ = -1;
};

}  // namespace arcmeter::weights

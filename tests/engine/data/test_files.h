// SPDX-License-Identifier: Apache-2.0
// Folders, files and small sets on disk for the data tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/data/record_io.h"
#include "engine/protocol/error.h"

namespace arcmeter::data::test {

using Bytes = std::vector<std::uint8_t>;

/// A folder of its own, removed with everything in it.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

void write_text(const std::filesystem::path& path, const std::string& text);
std::string read_text(const std::filesystem::path& path);
/// Overwrites bytes inside an existing file.
void poke(const std::filesystem::path& path, std::uint64_t offset, const Bytes& bytes);

/// A valid 112x112 JPEG of one brightness, so that its pixels can be recognised after decoding.
Bytes grey_jpeg(int brightness, int width = 112, int height = 112);

ImageRecord labelled(float label, std::span<const std::uint8_t> image);
ImageRecord with_labels(std::vector<float> labels, std::span<const std::uint8_t> image = {});

/// Writes train.rec, train.idx (keys 0, 1, 2, ...) and property; returns the records' offsets.
std::vector<std::uint64_t> write_set(const std::filesystem::path& folder,
                                     const std::vector<ImageRecord>& records, int classes);

/// A made set of `identities` x `images` in a new folder below `folder`.
std::filesystem::path make_small_set(const TempFolder& folder, int identities, int images);

/// Runs the action and returns the Error it throws; fails the test if it throws none.
template <typename Action>
Error error_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no Error was thrown";
    return {ErrorCode::internal, ""};
}

}  // namespace arcmeter::data::test

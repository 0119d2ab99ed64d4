// SPDX-License-Identifier: Apache-2.0
// Folders, weight files and inputs for the weights tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/protocol/error.h"
#include "engine/protocol/run_config.h"
#include "engine/weights/safetensors.h"

namespace arcmeter::weights::test {

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

/// y1 with 10 classes: the smallest network there is.
protocol::RunConfig y1_config();

/// Initial weights of a configuration, class centres included.
void write_initial_weights(const std::filesystem::path& path, const protocol::RunConfig& config);

/// `tensors` with all elements 1.
void write_ones(const std::filesystem::path& path, const std::vector<NamedShape>& tensors,
                const Metadata& metadata = {});

/// [images, 3, 112, 112] with values that differ from image to image.
void write_images(const std::filesystem::path& path, std::int64_t images);

void write_labels(const std::filesystem::path& path, const std::vector<std::int32_t>& labels);

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

}  // namespace arcmeter::weights::test

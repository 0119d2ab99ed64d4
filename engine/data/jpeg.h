// SPDX-License-Identifier: Apache-2.0
// JPEG to and from RGB pixels, by libjpeg-turbo.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace arcmeter::data {

/// Decodes JPEGs; one decoder per thread. Errors are data_corrupt; their text begins with `name` (what the
/// image is to a person, such as its file and record).
class JpegDecoder {
public:
    JpegDecoder();

    /// Writes width x height pixels, RGB, 8 bits, row by row, to `pixels`. Refuses what is not a JPEG, is
    /// damaged or has another size.
    void decode(std::span<const std::uint8_t> jpeg, int width, int height, std::uint8_t* pixels,
                const std::string& name) const;

private:
    std::shared_ptr<void> handle_;
};

/// Encodes RGB pixels; one encoder per thread.
class JpegEncoder {
public:
    JpegEncoder();

    /// quality 1 .. 100, colour at half resolution as photographs have it.
    std::vector<std::uint8_t> encode(const std::uint8_t* pixels, int width, int height, int quality) const;

private:
    std::shared_ptr<void> handle_;
};

}  // namespace arcmeter::data
